// What the passes over dense gradients share: the code in versions for the processor's vectors, and the pieces that threads take.
#pragma once
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <vector>

/* A function in a version for each of the extensions named and one for every processor, of which the loader chooses. */
#if defined(__x86_64__)
#define EQUIPOISE_VECTORS(...) __attribute__((target_clones(__VA_ARGS__, "default")))
#else
#define EQUIPOISE_VECTORS(...)
#endif

namespace equipoise {

constexpr int64_t kPieceSize = 1 << 16; /* elements; a multiple of 16, in which normal_ draws */

inline bool is_dense(const at::Tensor& tensor) { return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_non_overlapping_and_dense(); }

/* Whether one index serves both. */
inline bool alike(const at::Tensor& one, const at::Tensor& other) {
    return is_dense(one) && is_dense(other) && one.sizes() == other.sizes() && one.strides() == other.strides();
}

/* Sums over each tensor: `of` gives those of so many elements from a place on, and pieces are added up in their order however many threads there are.
 * Tensors that are left out keep sums of zero. */
template <class Sums, class Chosen, class Of>
std::vector<Sums> add_up(const std::vector<at::Tensor>& tensors, Chosen&& chosen, Of&& of) {
    struct Part {
        size_t tensor;
        int64_t begin, count;
        Sums sums;
    };
    std::vector<Part> parts;
    for (size_t i = 0; i < tensors.size(); ++i) {
        if (!chosen(i)) continue;
        for (int64_t begin = 0; begin < tensors[i].numel(); begin += kPieceSize) parts.push_back({i, begin, std::min(kPieceSize, tensors[i].numel() - begin), {}});
    }
    at::parallel_for(0, static_cast<int64_t>(parts.size()), 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) parts[i].sums = of(parts[i].tensor, parts[i].begin, parts[i].count);
    });
    std::vector<Sums> totals(tensors.size());
    for (const Part& part : parts) totals[part.tensor] += part.sums;
    return totals;
}

}  // namespace equipoise
