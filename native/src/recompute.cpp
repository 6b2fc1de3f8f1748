#include <ATen/ATen.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <stdexcept>
#include <vector>

#include "guard.h"
#include "handles.h"

namespace equipoise {
namespace {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

// A node of the graph whose backward pass the managed side computes.
class CallerBackward final : public torch::autograd::Node {
  public:
    CallerBackward(const std::vector<at::Tensor>& inputs, eq_backward_callback backward, eq_release_callback release, void* context)
        : backward_(backward), release_(release), context_(context) {
        for (const at::Tensor& input : inputs) saved_.emplace_back(input, /*is_output=*/false);
        set_next_edges(torch::autograd::collect_next_edges(inputs));
    }
    ~CallerBackward() override { release_(context_); }

    std::string name() const override { return "CallerBackward"; }

    variable_list apply(variable_list&& gradients) override {
        std::vector<at::Tensor> kept;
        std::vector<eq_tensor> inputs, found(saved_.size(), nullptr);
        for (SavedVariable& saved : saved_) kept.push_back(saved.unpack());
        for (const at::Tensor& input : kept) inputs.push_back(give(input));
        int32_t status = backward_(context_, give(gradients[0]), inputs.data(), static_cast<int32_t>(inputs.size()), found.data());
        variable_list results;
        for (eq_tensor gradient : found) results.push_back(take(gradient));
        if (status != 0) throw std::runtime_error("the backward pass of a recomputed part failed");
        return results;
    }

  private:
    std::vector<SavedVariable> saved_;
    eq_backward_callback backward_;
    eq_release_callback release_;
    void* context_;
};

}  // namespace
}  // namespace equipoise

using namespace equipoise;

eq_status eq_with_backward(eq_tensor value, const eq_tensor* inputs, int32_t count, eq_backward_callback backward,
                           eq_release_callback release, void* context, eq_tensor* out) {
    return guard([&] {
        std::vector<at::Tensor> kept;
        for (int32_t i = 0; i < count; ++i) kept.push_back(borrow(inputs[i]));
        std::shared_ptr<CallerBackward> node(new CallerBackward(kept, backward, release, context), torch::autograd::deleteNode);
        at::Tensor result = borrow(value).detach();
        torch::autograd::set_history(result, node);
        *out = give(std::move(result));
    });
}
