#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "compat.h"
#include "guard.h"
#include "handles.h"

using namespace equipoise;

static std::vector<at::Tensor> borrow_all(const eq_tensor* handles, int32_t count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(count);
    for (int32_t i = 0; i < count; ++i) tensors.push_back(borrow(handles[i]));
    return tensors;
}

eq_status eq_backward(const eq_tensor* roots, int32_t count, int32_t retain_graph) {
    return guard([&] { torch::autograd::backward(borrow_all(roots, count), {}, retain_graph != 0, false); });
}

eq_status eq_gradients(const eq_tensor* outputs, int32_t output_count, const eq_tensor* inputs, int32_t input_count,
                       int32_t retain_graph, eq_tensor* gradients) {
    return guard([&] {
        auto found = torch::autograd::grad(borrow_all(outputs, output_count), borrow_all(inputs, input_count), {},
                                           retain_graph != 0, false, /*allow_unused=*/true);
        for (int32_t i = 0; i < input_count; ++i) gradients[i] = give(std::move(found[i]));
    });
}

eq_status eq_grad_mode(int32_t enabled, int32_t* previous) {
    return guard([&] {
        *previous = c10::GradMode::is_enabled() ? 1 : 0;
        c10::GradMode::set_enabled(enabled != 0);
    });
}

eq_status eq_autocast(int32_t enabled, int32_t device_type, int32_t dtype) {
    return guard([&] {
        set_autocast(static_cast<c10::DeviceType>(device_type), enabled != 0, static_cast<at::ScalarType>(dtype));
        if (enabled == 0) at::autocast::clear_cache();
    });
}
