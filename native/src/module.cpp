#include <torch/script.h>

#include <string>
#include <vector>

#include "guard.h"
#include "handles.h"

using namespace equipoise;

static torch::jit::Module* as_module(eq_module module) { return reinterpret_cast<torch::jit::Module*>(module); }

template <class List>
static bool pick(const List& list, int32_t index, std::string& name, eq_tensor* out) {
    for (const auto& entry : list) {
        if (index-- > 0) continue;
        name = entry.name;
        *out = give(entry.value);
        return true;
    }
    return false;
}

eq_status eq_module_load(const char* path, int32_t device_type, int32_t device_index, eq_module* out) {
    return guard([&] {
        c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
        *out = reinterpret_cast<eq_module>(new torch::jit::Module(torch::jit::load(path, device)));
    });
}

void eq_module_free(eq_module module) {
    guard([&] { delete as_module(module); });
}

eq_status eq_module_tensor(eq_module module, int32_t buffers, int32_t index, const char** name, eq_tensor* out) {
    return guard([&] {
        static thread_local std::string borrowed;
        bool found = buffers != 0 ? pick(as_module(module)->named_buffers(), index, borrowed, out)
                                  : pick(as_module(module)->named_parameters(), index, borrowed, out);
        if (!found) *out = nullptr;
        *name = found ? borrowed.c_str() : nullptr;
    });
}

eq_status eq_module_train(eq_module module, int32_t on) {
    return guard([&] { as_module(module)->train(on != 0); });
}

eq_status eq_module_inputs(eq_module module, int32_t* count) {
    return guard([&] { *count = static_cast<int32_t>(as_module(module)->get_method("forward").num_inputs()) - 1; });
}

eq_status eq_module_forward(eq_module module, const eq_tensor* inputs, int32_t count, eq_tensor* out) {
    return guard([&] {
        std::vector<c10::IValue> arguments;
        for (int32_t i = 0; i < count; ++i) arguments.emplace_back(borrow(inputs[i]));
        c10::IValue result = as_module(module)->forward(std::move(arguments));
        TORCH_CHECK_TYPE(result.isTensor(), "forward gives a ", result.tagKind(), " where one tensor was expected");
        *out = give(result.toTensor());
    });
}
