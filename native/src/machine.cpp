#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "guard.h"

using namespace equipoise;

eq_status eq_threads(int32_t* count) {
    return guard([&] { *count = at::get_num_threads(); });
}

eq_status eq_set_threads(int32_t count) {
    return guard([&] { at::set_num_threads(count); });
}

eq_status eq_cuda_devices(int32_t* count) {
    return guard([&] { *count = at::hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0; });
}

eq_status eq_blas_library(const char** path) {
    return guard([&] {
        Dl_info info{};
        void* symbol = dlsym(RTLD_DEFAULT, "sgemm_");
        *path = symbol != nullptr && dladdr(symbol, &info) != 0 ? info.dli_fname : "";
    });
}

/* Tensors of many megabytes come and go in every step. Taken from the system each time, every page of them faults and is cleared anew. */
eq_status eq_keep_memory(void) {
    return guard([&] {
#if defined(__GLIBC__)
        mallopt(M_MMAP_MAX, 0);
        mallopt(M_TRIM_THRESHOLD, -1);
        mallopt(M_TOP_PAD, 64 << 20);
#endif
    });
}
