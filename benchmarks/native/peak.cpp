// The most floating-point operations per second that this processor's vector units do: independent fused multiply-adds out of registers, on all
// threads. 0 where the processor lacks the instructions.
#include <immintrin.h>
#include <omp.h>

#include <cstdint>

namespace {

constexpr int kChains = 12; /* enough to hide the latency of one */
constexpr int64_t kRounds = 20000000;

__attribute__((target("avx512f"))) float float32_chains() {
    __m512 sums[kChains];
    for (int i = 0; i < kChains; ++i) sums[i] = _mm512_set1_ps(1e-9f * i);
    const __m512 x = _mm512_set1_ps(0.9999999f), y = _mm512_set1_ps(1e-8f);
    for (int64_t n = 0; n < kRounds; ++n)
#pragma GCC unroll 12
        for (int i = 0; i < kChains; ++i) sums[i] = _mm512_fmadd_ps(sums[i], x, y);
    for (int i = 1; i < kChains; ++i) sums[0] = _mm512_add_ps(sums[0], sums[i]);
    return _mm512_cvtss_f32(sums[0]);
}

__attribute__((target("avx512f,avx512bf16"))) float bfloat16_chains() {
    __m512 sums[kChains];
    for (int i = 0; i < kChains; ++i) sums[i] = _mm512_set1_ps(1e-9f * i);
    const __m512bh x = (__m512bh)_mm512_set1_epi32(0x30003000), y = (__m512bh)_mm512_set1_epi32(0x30003000);
    for (int64_t n = 0; n < kRounds; ++n)
#pragma GCC unroll 12
        for (int i = 0; i < kChains; ++i) sums[i] = _mm512_dpbf16_ps(sums[i], x, y);
    for (int i = 1; i < kChains; ++i) sums[0] = _mm512_add_ps(sums[0], sums[i]);
    return _mm512_cvtss_f32(sums[0]);
}

double per_second(float (*chains)(), int flops) {
    volatile float kept = 0;
    double total = 0;
#pragma omp parallel reduction(+ : total)
    {
        double began = omp_get_wtime();
        kept = chains();
        total += kRounds * kChains * flops / (omp_get_wtime() - began);
    }
    return total;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) double peak_float32() { return __builtin_cpu_supports("avx512f") ? per_second(float32_chains, 32) : 0; }

extern "C" __attribute__((visibility("default"))) double peak_bfloat16() { return __builtin_cpu_supports("avx512bf16") ? per_second(bfloat16_chains, 64) : 0; }
