// Operators as they run become a TorchScript program. Sizes cross as plain integers, so what grows with the batch is found by
// recording a second batch of another size, and becomes a multiple of the first input's first size.
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>

#include <map>
#include <string>
#include <vector>

#include "guard.h"
#include "handles.h"

using namespace equipoise;
using torch::jit::Graph;
using torch::jit::Module;
using torch::jit::Node;
using torch::jit::Value;

namespace {

void add(Module root, const std::string& path, const at::Tensor& tensor, bool buffer) {
    Module at = root;
    size_t from = 0;
    for (size_t dot; (dot = path.find('.', from)) != std::string::npos; from = dot + 1) {
        std::string part = path.substr(from, dot - from);
        if (!at.hasattr(part))
            at.register_module(part, Module(c10::QualifiedName("__torch__.Part"), root._ivalue()->compilation_unit(), /*shouldMangle=*/true));
        at = at.attr(part).toModule();
    }
    if (buffer) at.register_buffer(path.substr(from), tensor);
    else at.register_parameter(path.substr(from), tensor, /*is_buffer=*/false);
}

std::shared_ptr<Graph> record(Module& self, const eq_tensor* inputs, const char* const* names, int32_t count, eq_trace_callback callback, void* context) {
    torch::jit::Stack stack;
    for (int32_t i = 0; i < count; ++i) stack.emplace_back(borrow(inputs[i]));
    auto body = [&](torch::jit::Stack given) -> torch::jit::Stack {
        std::vector<eq_tensor> handles;
        for (const auto& value : given) handles.push_back(give(value.toTensor()));
        eq_tensor output = nullptr;
        int32_t failed = callback(context, handles.data(), static_cast<int32_t>(handles.size()), &output);
        at::Tensor result = take(output);
        TORCH_CHECK(failed == 0, "what was to be recorded failed");
        return {result};
    };
    auto unnamed = [](const torch::autograd::Variable&) { return std::string(); };
    return torch::jit::tracer::trace(std::move(stack), body, unnamed, /*strict=*/true, /*force_outplace=*/false, &self, std::vector<std::string>(names, names + count)).first->graph;
}

std::vector<Node*> nodes_of(Graph& graph) {
    std::vector<Node*> nodes;
    for (Node* node : graph.nodes()) nodes.push_back(node);
    return nodes;
}

// How many times the batch a constant is; 0 where it does not depend on the batch.
int64_t multiple(Node* node, Node* other, int64_t batch, int64_t other_batch) {
    TORCH_CHECK_VALUE(node->kind() == other->kind() && node->outputs().size() == other->outputs().size(), "the program depends on the size of the batch");
    if (node->kind() != c10::prim::Constant) return 0;
    auto left = torch::jit::toIValue(node->output()), right = torch::jit::toIValue(other->output());
    if (!left.has_value() || !right.has_value()) return 0;
    if (left->isTensor() && right->isTensor()) {
        at::Tensor a = left->toTensor(), b = right->toTensor();
        TORCH_CHECK_VALUE(a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type() && at::equal(a, b), "a tensor of the program depends on the batch");
        return 0;
    }
    if (*left == *right) return 0;
    TORCH_CHECK_VALUE(left->isInt() && right->isInt(), "a value of the program depends on the batch");
    TORCH_CHECK_VALUE(left->toInt() * other_batch == right->toInt() * batch && left->toInt() % batch == 0, "a number of the program depends on the batch in an unknown way");
    return left->toInt() / batch;
}

void free_batch(Graph& graph, Graph& other, int64_t batch, int64_t other_batch) {
    std::vector<Node*> nodes = nodes_of(graph), others = nodes_of(other);
    TORCH_CHECK_VALUE(nodes.size() == others.size(), "the program depends on the size of the batch");
    torch::jit::WithInsertPoint at_the_start(*graph.nodes().begin());
    std::map<int64_t, Value*> multiples;
    for (size_t i = 0; i < nodes.size(); ++i) {
        int64_t times = multiple(nodes[i], others[i], batch, other_batch);
        if (times == 0) continue;
        if (multiples.count(1) == 0) multiples[1] = graph.insert(c10::aten::size, {graph.inputs()[1], 0});
        if (multiples.count(times) == 0) multiples[times] = graph.insert(c10::aten::mul, {multiples[1], times});
        nodes[i]->output()->replaceAllUsesWith(multiples[times]);
    }
}

}  // namespace

eq_status eq_trace(const char* path, const eq_tensor* state, const char* const* state_names, const uint8_t* buffers, int32_t state_count,
                   const eq_tensor* inputs, const eq_tensor* other_inputs, const char* const* input_names, int32_t input_count,
                   eq_trace_callback callback, void* context) {
    return guard([&] {
        Module self(c10::QualifiedName("__torch__.Equipoise"), std::make_shared<torch::jit::CompilationUnit>());
        for (int32_t i = 0; i < state_count; ++i) add(self, state_names[i], borrow(state[i]), buffers[i] != 0);
        auto graph = record(self, inputs, input_names, input_count, callback, context);
        auto other = record(self, other_inputs, input_names, input_count, callback, context);
        free_batch(*graph, *other, borrow(inputs[0]).size(0), borrow(other_inputs[0]).size(0));
        graph->lint();
        auto function = self._ivalue()->compilation_unit()->create_function(c10::QualifiedName(*self.type()->name(), "forward"), graph);
        self.type()->addMethod(function);
        self.save(path);
    });
}
