#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <dlfcn.h>
#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "compat.h"
#include "guard.h"

using namespace equipoise;

eq_status eq_threads(int32_t* count) {
    return guard([&] { *count = at::get_num_threads(); });
}

eq_status eq_set_threads(int32_t count) {
    return guard([&] { at::set_num_threads(count); });
}

eq_status eq_device_parse(const char* text, int32_t* device_type, int32_t* device_index) {
    return guard([&] {
        c10::Device device{std::string(text)};
        *device_type = static_cast<int32_t>(device.type());
        *device_index = device.index();
    });
}

eq_status eq_device_name(int32_t device_type, const char** name) {
    return guard([&] {
        static thread_local std::string borrowed;
        borrowed = c10::DeviceTypeName(static_cast<c10::DeviceType>(device_type), /*lower_case=*/true);
        *name = borrowed.c_str();
    });
}

eq_status eq_devices(int32_t device_type, int32_t* count) {
    return guard([&] {
        auto type = static_cast<c10::DeviceType>(device_type);
        *count = type == c10::DeviceType::CPU ? 1 : c10::impl::hasDeviceGuardImpl(type) ? c10::impl::getDeviceGuardImpl(type)->deviceCount() : 0;
    });
}

/* cuBLAS reads its setting when it is first used. */
eq_status eq_numerics(int32_t tf32, int32_t deterministic) {
    return guard([&] {
        at::Context& context = at::globalContext();
        context.setAllowTF32CuBLAS(tf32 != 0);
        context.setAllowTF32CuDNN(tf32 != 0);
        context.setBenchmarkCuDNN(false); /* what is chosen by timing differs from run to run */
        set_deterministic(context, deterministic != 0);
        if (deterministic != 0) setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
    });
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
