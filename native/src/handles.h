// An eq_tensor is a TensorImpl with one reference of its own; an eq_generator a GeneratorImpl likewise.
#pragma once
#include <ATen/ATen.h>

#include <atomic>

#include "equipoise.h"

namespace equipoise {

extern std::atomic<int64_t> live_tensors;

inline eq_tensor give(at::Tensor tensor) {
    if (!tensor.defined()) return nullptr;
    live_tensors.fetch_add(1, std::memory_order_relaxed);
    return reinterpret_cast<eq_tensor>(tensor.unsafeReleaseTensorImpl());
}

inline at::Tensor borrow(eq_tensor handle) {
    auto* impl = reinterpret_cast<c10::TensorImpl*>(handle);
    return impl == nullptr ? at::Tensor()
                           : at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(impl));
}

// Ends a reference that crossed as owned.
inline at::Tensor take(eq_tensor handle) {
    if (handle == nullptr) return at::Tensor();
    live_tensors.fetch_sub(1, std::memory_order_relaxed);
    auto* impl = reinterpret_cast<c10::TensorImpl*>(handle);
    return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(impl));
}

inline at::Generator borrow(eq_generator handle) {
    auto* impl = reinterpret_cast<c10::GeneratorImpl*>(handle);
    return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(impl));
}

}  // namespace equipoise
