// A device for tests on machines without a card, "privateuseone" to libtorch. As on a card, its tensors lie at addresses that the processor
// cannot read (touching one ends the process), tensors of the processor are refused as arguments, and the backward pass runs on a thread of
// its own. What it computes, the processor's kernels compute for it.
#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <sys/mman.h>
#include <torch/library.h>
#include <torch/version.h>

#include <atomic>
#include <stdlib.h>

namespace {

constexpr auto kStandIn = c10::DeviceType::PrivateUse1;
const c10::Device kDevice{kStandIn, 0};

struct Guard final : c10::impl::DeviceGuardImplInterface {
    c10::DeviceType type() const override { return kStandIn; }
    c10::Device exchangeDevice(c10::Device) const override { return kDevice; }
    c10::Device getDevice() const override { return kDevice; }
    void setDevice(c10::Device) const override {}
    void uncheckedSetDevice(c10::Device) const noexcept override {}
    c10::Stream getStream(c10::Device) const noexcept override { return c10::Stream(c10::Stream::DEFAULT, kDevice); }
#if TORCH_VERSION_MAJOR >= 2
    c10::Stream getDefaultStream(c10::Device) const override { return c10::Stream(c10::Stream::DEFAULT, kDevice); }
#endif
    c10::Stream exchangeStream(c10::Stream) const noexcept override { return c10::Stream(c10::Stream::DEFAULT, kDevice); }
    c10::DeviceIndex deviceCount() const noexcept override { return 1; }
};

C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard);

/* Addresses that are nobody's: reserved, never readable, each given once. What is behind one is found through the storage's context. */
class Memory final : public c10::Allocator {
  public:
    c10::DataPtr place(size_t size) const {
        static char* const space = static_cast<char*>(mmap(nullptr, kSpace, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        static std::atomic<size_t> used{0};
        size_t at = used.fetch_add((size + 127) / 64 * 64);
        TORCH_CHECK(space != MAP_FAILED && at + size < kSpace, "the stand-in's addresses are used up");
        auto* behind = new Block{static_cast<char*>(aligned_alloc(64, (size + 127) / 64 * 64)), size};
        report(behind->bytes, static_cast<int64_t>(size));
        return {space + at, behind, &release, kDevice};
    }
#if TORCH_VERSION_MAJOR >= 2
    c10::DataPtr allocate(size_t size) override { return place(size); }
    void copy_data(void*, const void*, size_t) const override { TORCH_CHECK(false, "the processor does not copy the stand-in's memory"); }
#else
    c10::DataPtr allocate(size_t size) const override { return place(size); }
#endif

    static char* behind(const at::Tensor& tensor) {
        const c10::DataPtr& place = tensor.storage().data_ptr();
        auto* block = static_cast<Block*>(place.get_context());
        return block == nullptr ? nullptr : block->bytes + tensor.storage_offset() * tensor.itemsize();
    }

  private:
    struct Block {
        char* bytes;
        size_t size;
    };

    static constexpr size_t kSpace = size_t{1} << 42;

    static void report(char* bytes, int64_t change) { c10::reportMemoryUsageToProfiler(bytes, change, 0, 0, kDevice); }

    static void release(void* context) {
        auto* block = static_cast<Block*>(context);
        report(block->bytes, -static_cast<int64_t>(block->size));
        free(block->bytes);
        delete block;
    }
};

Memory memory;

at::ScalarType type_of(c10::optional<at::ScalarType> type) { return type.value_or(at::typeMetaToScalarType(c10::get_default_dtype())); }

at::Tensor empty(at::IntArrayRef sizes, c10::optional<at::ScalarType> type, c10::optional<at::Layout>, c10::optional<at::Device>, c10::optional<bool>, c10::optional<at::MemoryFormat> format) {
    return at::detail::empty_generic(sizes, &memory, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), type_of(type), format);
}

at::Tensor empty_strided(at::IntArrayRef sizes, at::IntArrayRef strides, c10::optional<at::ScalarType> type, c10::optional<at::Layout>, c10::optional<at::Device>, c10::optional<bool>) {
    return at::detail::empty_strided_generic(sizes, strides, &memory, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), type_of(type));
}

/* The same elements for the processor's kernels. */
at::Tensor seen(const at::Tensor& tensor) {
    if (!tensor.defined() || tensor.device().type() != kStandIn) return tensor;
    if (tensor.numel() == 0) return at::empty_strided(tensor.sizes(), tensor.strides(), tensor.options().device(at::kCPU));
    return at::from_blob(Memory::behind(tensor), tensor.sizes(), tensor.strides(), tensor.options().device(at::kCPU));
}

at::Tensor placed(const at::Tensor& tensor) {
    if (!tensor.defined() || !tensor.is_cpu()) return tensor;
    at::Tensor there = tensor.is_non_overlapping_and_dense() ? at::empty_strided(tensor.sizes(), tensor.strides(), tensor.options().device(kDevice))
                                                             : at::empty(tensor.sizes(), tensor.options().device(kDevice));
    seen(there).copy_(tensor);
    return there;
}

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool) {
    at::AutoDispatchBelowAutograd below;
    seen(to).copy_(seen(from));
    return to;
}

at::Tensor strided(const at::Tensor& self, at::IntArrayRef sizes, at::IntArrayRef strides, c10::optional<int64_t> offset) {
    at::Tensor view = at::detail::make_tensor<c10::TensorImpl>(c10::TensorImpl::VIEW, c10::Storage(self.storage()), self.key_set(), self.dtype());
    view.unsafeGetTensorImpl()->set_storage_offset(offset.value_or(self.storage_offset()));
    view.unsafeGetTensorImpl()->set_sizes_and_strides(sizes, strides);
    return view;
}

at::Tensor view(const at::Tensor& self, at::IntArrayRef sizes) {
    at::Tensor shape = at::empty_strided(self.sizes(), self.strides(), self.options().device(at::kMeta)).view(sizes);
    return strided(self, shape.sizes(), shape.strides(), self.storage_offset());
}

at::Tensor reshape_alias(const at::Tensor& self, at::IntArrayRef sizes, at::IntArrayRef strides) { return strided(self, sizes, strides, self.storage_offset()); }

at::Tensor convolution(const at::Tensor& input, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed, at::IntArrayRef output_padding, int64_t groups) {
    at::AutoDispatchBelowAutograd below;
    c10::optional<at::Tensor> shift;
    if (bias.has_value() && bias->defined()) shift = seen(*bias);
    return placed(at::convolution(seen(input), seen(weight), shift, stride, padding, dilation, transposed, output_padding, groups));
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolution_backward(const at::Tensor& gradient, const at::Tensor& input, const at::Tensor& weight, at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed, at::IntArrayRef output_padding, int64_t groups, std::array<bool, 3> mask) {
    at::AutoDispatchBelowAutograd below;
    int64_t outputs = gradient.size(1);
    auto found = at::convolution_backward(seen(gradient), seen(input), seen(weight), at::OptionalIntArrayRef(at::IntArrayRef(&outputs, 1)), stride, padding, dilation, transposed, output_padding, groups, mask);
    return {placed(std::get<0>(found)), placed(std::get<1>(found)), placed(std::get<2>(found))};
}

/* Any other operator: the processor's, on the same elements. */
void compute(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
    at::AutoDispatchBelowAutograd below;
    std::vector<std::pair<at::Tensor, at::Tensor>> pairs; /* ours, as the processor sees it */
    auto argument = [&](const at::Tensor& tensor) {
        if (!tensor.defined()) return tensor;
        TORCH_CHECK(tensor.device().type() == kStandIn || tensor.dim() == 0, op.schema().name(), ": expected all tensors to be on the same device, but found at least two devices, privateuseone:0 and ", tensor.device());
        at::Tensor ours = seen(tensor);
        pairs.emplace_back(tensor, ours);
        return ours;
    };
    size_t count = op.schema().arguments().size();
    for (size_t i = stack->size() - count; i < stack->size(); ++i) {
        c10::IValue& value = (*stack)[i];
        if (value.isTensor()) value = argument(value.toTensor());
        else if (value.isTensorList()) {
            c10::List<at::Tensor> list;
            for (const at::Tensor& tensor : value.toTensorVector()) list.push_back(argument(tensor));
            value = list;
        } else if (value.isOptionalTensorList()) {
            c10::List<c10::optional<at::Tensor>> list;
            for (const c10::optional<at::Tensor>& tensor : value.toOptionalTensorVector()) list.push_back(tensor.has_value() ? c10::optional<at::Tensor>(argument(*tensor)) : tensor);
            value = list;
        } else if (value.isDevice()) value = c10::Device(at::kCPU);
    }
    op.callBoxed(stack);
    auto result = [&](const at::Tensor& tensor) {
        for (const auto& pair : pairs) {
            if (!tensor.is_same(pair.second)) continue;
            if (pair.first.sizes() != tensor.sizes()) { /* an empty one that the kernel gave its shape */
                at::Tensor grown = placed(tensor);
                pair.first.unsafeGetTensorImpl()->set_storage_keep_dtype(grown.storage());
                pair.first.unsafeGetTensorImpl()->set_sizes_and_strides(grown.sizes(), grown.strides());
            }
            return pair.first;
        }
        return placed(tensor);
    };
    for (size_t i = stack->size() - op.schema().returns().size(); i < stack->size(); ++i) {
        c10::IValue& value = (*stack)[i];
        if (value.isTensor()) value = result(value.toTensor());
        else if (value.isTensorList()) {
            c10::List<at::Tensor> list;
            for (const at::Tensor& tensor : value.toTensorVector()) list.push_back(result(tensor));
            value = list;
        }
    }
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, library) {
    library.fallback(torch::CppFunction::makeFromBoxedFunction<&compute>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
    library.impl("empty.memory_format", empty);
    library.impl("empty_strided", empty_strided);
    library.impl("_copy_from", copy_from);
    library.impl("_copy_from_and_resize", [](const at::Tensor& from, const at::Tensor& to) { return copy_from(from, to, false); });
    library.impl("as_strided", strided);
    library.impl("view", view);
    library.impl("_reshape_alias", reshape_alias);
    library.impl("convolution_overrideable", convolution);
    library.impl("convolution_backward_overrideable", convolution_backward);
}

}  // namespace
