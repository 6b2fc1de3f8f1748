#include <ATen/ATen.h>
#include <ATen/TracerMode.h>

#include <cstring>

#include "guard.h"
#include "handles.h"

namespace equipoise {
std::atomic<int64_t> live_tensors{0};
}

using namespace equipoise;

eq_status eq_tensor_from_bytes(const void* bytes, int64_t byte_count, int32_t dtype, const int64_t* sizes,
                               int32_t dimensions, eq_tensor* out) {
    return guard([&] {
        at::tracer::impl::NoTracerDispatchMode unrecorded;  // a recording takes the values as they are, not the making of them
        at::Tensor tensor = at::empty(at::IntArrayRef(sizes, dimensions), static_cast<at::ScalarType>(dtype));
        TORCH_CHECK_VALUE(static_cast<int64_t>(tensor.nbytes()) == byte_count, "the shape holds ", tensor.nbytes(),
                          " bytes, but ", byte_count, " were given");
        if (byte_count > 0) std::memcpy(tensor.data_ptr(), bytes, byte_count);
        *out = give(std::move(tensor));
    });
}

eq_status eq_tensor_empty(int32_t dtype, const int64_t* sizes, int32_t dimensions, eq_tensor* out, void** data) {
    return guard([&] {
        at::Tensor tensor = at::empty(at::IntArrayRef(sizes, dimensions), static_cast<at::ScalarType>(dtype));
        *data = tensor.data_ptr();
        *out = give(std::move(tensor));
    });
}

eq_status eq_tensor_to_bytes(eq_tensor tensor, void* bytes, int64_t byte_count) {
    return guard([&] {
        at::Tensor flat = borrow(tensor).detach().cpu().contiguous();
        TORCH_CHECK_VALUE(static_cast<int64_t>(flat.nbytes()) == byte_count, "the tensor holds ", flat.nbytes(),
                          " bytes, but room for ", byte_count, " was given");
        if (byte_count > 0) std::memcpy(bytes, flat.data_ptr(), byte_count);
    });
}

static eq_status copy_out(at::IntArrayRef values, int64_t* into, int32_t capacity, int32_t* count) {
    *count = static_cast<int32_t>(values.size());
    for (int32_t i = 0; i < *count && i < capacity; ++i) into[i] = values[i];
    return EQ_OK;
}

eq_status eq_tensor_shape(eq_tensor tensor, int64_t* sizes, int32_t capacity, int32_t* dimensions) {
    return guard([&] { copy_out(borrow(tensor).sizes(), sizes, capacity, dimensions); });
}

eq_status eq_tensor_strides(eq_tensor tensor, int64_t* strides, int32_t capacity, int32_t* dimensions) {
    return guard([&] { copy_out(borrow(tensor).strides(), strides, capacity, dimensions); });
}

eq_status eq_tensor_info(eq_tensor tensor, int32_t* dtype, int32_t* device_type, int32_t* device_index, int32_t* requires_grad) {
    return guard([&] {
        at::Tensor t = borrow(tensor);
        *dtype = static_cast<int32_t>(t.scalar_type());
        *device_type = static_cast<int32_t>(t.device().type());
        *device_index = t.device().index();
        *requires_grad = t.requires_grad() ? 1 : 0;
    });
}

eq_status eq_tensor_set_requires_grad(eq_tensor tensor, int32_t on) {
    return guard([&] { borrow(tensor).set_requires_grad(on != 0); });
}

eq_status eq_tensor_grad(eq_tensor tensor, eq_tensor* out) {
    return guard([&] { *out = give(borrow(tensor).grad()); });
}

eq_status eq_tensor_set_grad(eq_tensor tensor, eq_tensor grad_or_null) {
    return guard([&] { borrow(tensor).mutable_grad() = borrow(grad_or_null); });
}

eq_status eq_tensor_retain(eq_tensor tensor, eq_tensor* out) {
    return guard([&] { *out = give(borrow(tensor)); });
}

void eq_tensor_free(eq_tensor tensor) {
    if (tensor == nullptr) return;
    guard([&] { c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(reinterpret_cast<c10::TensorImpl*>(tensor)); });
    live_tensors.fetch_sub(1, std::memory_order_relaxed);
}

int64_t eq_tensor_live(void) { return live_tensors.load(std::memory_order_relaxed); }
