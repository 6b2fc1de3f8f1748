// Convolutions and batch normalisation on maps whose channels stand in blocks of sixteen, [batch, channels / 16, height, width, 16]: the
// layout in which oneDNN has Winograd's convolutions, less than half the time of direct ones. Registered with libtorch's dispatcher as
// equipoise::…, autograd included. Built where oneDNN's headers are; elsewhere the operators are not there.
#ifdef EQUIPOISE_ONEDNN
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cmath>
#include <oneapi/dnnl/dnnl.hpp>
#include <map>
#include <memory>
#include <mutex>

namespace equipoise {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Arguments = std::unordered_map<int, dnnl::memory>;

constexpr int64_t kBlock = 16;
const auto kFloat = dnnl::memory::data_type::f32;

const dnnl::engine& engine() {
    static const dnnl::engine one(dnnl::engine::kind::cpu, 0);
    return one;
}

dnnl::memory place(const dnnl::memory::desc& layout, const at::Tensor& tensor) { return dnnl::memory(layout, engine(), tensor.data_ptr()); }

at::Tensor bytes(const dnnl::memory::desc& layout) { return at::empty({static_cast<int64_t>(layout.get_size())}, at::kByte); }

bool blocked(const at::Tensor& maps) { return maps.dim() == 5; }

int64_t channels(const at::Tensor& maps) { return blocked(maps) ? maps.size(1) * kBlock : maps.size(1); }

dnnl::memory::desc layout_of(const at::Tensor& maps) {
    using Tag = dnnl::memory::format_tag;
    if (blocked(maps)) return {{maps.size(0), channels(maps), maps.size(2), maps.size(3)}, kFloat, Tag::aBcd16b};
    return {maps.sizes().vec(), kFloat, maps.strides().vec()};
}

at::Tensor empty_blocks(int64_t batch, int64_t channels, int64_t height, int64_t width) {
    return at::empty({batch, channels / kBlock, height, width, kBlock}, at::kFloat);
}

void run(const dnnl::primitive& primitive, const dnnl::memory::desc& scratch, Arguments arguments) {
    at::Tensor room = bytes(scratch);
    arguments.insert({DNNL_ARG_SCRATCHPAD, place(scratch, room)});
    dnnl::stream stream(engine());
    primitive.execute(stream, arguments);
    stream.wait();
}

dnnl::primitive_attr with_scratchpad() {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
}

/* The same numbers in another layout; the room they take is given back with them. */
std::pair<dnnl::memory, at::Tensor> laid_out(const at::Tensor& tensor, const dnnl::memory::desc& wanted) {
    dnnl::memory source = place(layout_of(tensor), tensor);
    if (source.get_desc() == wanted) return {source, tensor};
    at::Tensor room = bytes(wanted);
    dnnl::memory target = place(wanted, room);
    dnnl::reorder::primitive_desc description(source, target, with_scratchpad());
    run(dnnl::reorder(description), description.scratchpad_desc(), {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, target}});
    return {target, room};
}

/* Everything that oneDNN works out once per shape. */
template <class Key, class Value>
class Plans {
  public:
    template <class Make>
    std::shared_ptr<Value> get(const Key& key, Make make) {
        std::lock_guard<std::mutex> one(lock_);
        auto& plan = plans_[key];
        if (!plan) plan = make();
        return plan;
    }

  private:
    std::mutex lock_;
    std::map<Key, std::shared_ptr<Value>> plans_;
};

struct Shape {
    std::vector<int64_t> input; /* batch, channels, height, width */
    std::vector<int64_t> weight;
    bool blocks; /* whether the input stands in blocks; otherwise channel by channel */
    int64_t stride, padding;
    int threads;

    int64_t out(int dim) const { return (input[dim] + 2 * padding - weight[dim]) / stride + 1; }

    bool operator<(const Shape& other) const { return tie() < other.tie(); }

  private:
    std::tuple<const std::vector<int64_t>&, const std::vector<int64_t>&, const bool&, const int64_t&, const int64_t&, const int&> tie() const {
        return std::tie(input, weight, blocks, stride, padding, threads);
    }
};

Shape shape_of(const at::Tensor& input, const at::Tensor& weight, int64_t stride, int64_t padding) {
    return {{input.size(0), channels(input), input.size(2), input.size(3)}, weight.sizes().vec(), blocked(input), stride, padding, at::get_num_threads()};
}

/* Tiles of 4×4 positions are what Winograd's convolutions work in: with few of them, or with tiles that are mostly rim, direct ones
   are faster. The bounds were found by measuring; nothing is timed at run time. */
bool suits_winograd(const Shape& shape) {
    if (shape.stride != 1 || shape.padding != 1 || shape.weight[2] != 3 || shape.weight[3] != 3 || !shape.blocks) return false;
    int64_t tiles = shape.input[0] * ((shape.input[2] + 3) / 4) * ((shape.input[3] + 3) / 4);
    return tiles >= 32 && shape.input[0] * shape.input[2] * shape.input[3] >= 9 * tiles;
}

struct ConvolutionPlan {
    dnnl::convolution_forward::primitive_desc forward;
    dnnl::convolution_backward_data::primitive_desc data;
    dnnl::convolution_backward_weights::primitive_desc weights;
    dnnl::primitive run_forward, run_data, run_weights;
};

std::shared_ptr<ConvolutionPlan> plan(const Shape& shape, dnnl::algorithm algorithm, bool bias, bool add) {
    using Desc = dnnl::memory::desc;
    const auto any = dnnl::memory::format_tag::any;
    const dnnl::memory::dims strides{shape.stride, shape.stride}, padding{shape.padding, shape.padding};
    const dnnl::memory::dims outputs{shape.input[0], shape.weight[0], shape.out(2), shape.out(3)};
    Desc source(shape.input, kFloat, shape.blocks ? dnnl::memory::format_tag::aBcd16b : dnnl::memory::format_tag::abcd);
    Desc target(outputs, kFloat, dnnl::memory::format_tag::aBcd16b), weight(shape.weight, kFloat, any);
    auto made = std::make_shared<ConvolutionPlan>();
    dnnl::primitive_attr attributes = with_scratchpad();
    if (bias) {
        if (add) {
            dnnl::post_ops after;
            after.append_sum();
            attributes.set_post_ops(after);
        }
        Desc shift({shape.weight[0]}, kFloat, dnnl::memory::format_tag::a);
        made->forward = {{dnnl::prop_kind::forward_training, algorithm, source, weight, shift, target, strides, padding, padding}, attributes, engine()};
        made->run_forward = dnnl::convolution_forward(made->forward);
        return made;
    }
    made->forward = {{dnnl::prop_kind::forward_training, algorithm, source, weight, target, strides, padding, padding}, attributes, engine()};
    made->weights = {{algorithm, source, weight, target, strides, padding, padding}, attributes, engine(), made->forward};
    made->run_forward = dnnl::convolution_forward(made->forward);
    made->run_weights = dnnl::convolution_backward_weights(made->weights);
    if (shape.blocks) {
        made->data = {{algorithm, source, weight, target, strides, padding, padding}, attributes, engine(), made->forward};
        made->run_data = dnnl::convolution_backward_data(made->data);
    }
    return made;
}

/* With a bias, for inference alone; "add" sums onto what the result holds. */
std::shared_ptr<ConvolutionPlan> convolution_plan(const Shape& shape, bool bias = false, bool add = false) {
    static Plans<std::tuple<Shape, bool, bool>, ConvolutionPlan> plans;
    return plans.get({shape, bias, add}, [&] {
        if (suits_winograd(shape)) {
            try {
                return plan(shape, dnnl::algorithm::convolution_winograd, bias, add);
            } catch (const dnnl::error&) { /* this processor has none */
            }
        }
        return plan(shape, dnnl::algorithm::convolution_direct, bias, add);
    });
}

void check(const at::Tensor& input, const at::Tensor& weight) {
    TORCH_CHECK(input.scalar_type() == at::kFloat && weight.scalar_type() == at::kFloat && input.is_cpu(), "channel blocks hold float32 on the CPU");
    TORCH_CHECK(input.dim() == 4 || (input.dim() == 5 && input.size(4) == kBlock && input.is_contiguous()), "maps in blocks are [batch, channels / 16, height, width, 16]");
    TORCH_CHECK(weight.dim() == 4 && weight.size(1) == channels(input) && weight.size(0) % kBlock == 0, "the kernel does not fit the maps");
}

at::Tensor convolve(const at::Tensor& input, const at::Tensor& weight, int64_t stride, int64_t padding) {
    check(input, weight);
    Shape shape = shape_of(input, weight, stride, padding);
    auto plan = convolution_plan(shape);
    at::Tensor output = empty_blocks(shape.input[0], shape.weight[0], shape.out(2), shape.out(3));
    auto kernel = laid_out(weight, plan->forward.weights_desc());
    run(plan->run_forward, plan->forward.scratchpad_desc(),
        {{DNNL_ARG_SRC, place(plan->forward.src_desc(), input)}, {DNNL_ARG_WEIGHTS, kernel.first}, {DNNL_ARG_DST, place(plan->forward.dst_desc(), output)}});
    return output;
}

at::Tensor input_gradient(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& gradient, const ConvolutionPlan& plan) {
    at::Tensor found = at::empty_like(input);
    auto kernel = laid_out(weight, plan.data.weights_desc());
    run(plan.run_data, plan.data.scratchpad_desc(),
        {{DNNL_ARG_DIFF_DST, place(plan.data.diff_dst_desc(), gradient)}, {DNNL_ARG_WEIGHTS, kernel.first}, {DNNL_ARG_DIFF_SRC, place(plan.data.diff_src_desc(), found)}});
    return found;
}

at::Tensor weight_gradient(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& gradient, const ConvolutionPlan& plan) {
    at::Tensor found = at::empty_like(weight);
    at::Tensor room = bytes(plan.weights.diff_weights_desc());
    dnnl::memory blocks = place(plan.weights.diff_weights_desc(), room), target = place(layout_of(found), found);
    run(plan.run_weights, plan.weights.scratchpad_desc(),
        {{DNNL_ARG_SRC, place(plan.weights.src_desc(), input)}, {DNNL_ARG_DIFF_DST, place(plan.weights.diff_dst_desc(), gradient)}, {DNNL_ARG_DIFF_WEIGHTS, blocks}});
    dnnl::reorder::primitive_desc back(blocks, target, with_scratchpad());
    run(dnnl::reorder(back), back.scratchpad_desc(), {{DNNL_ARG_FROM, blocks}, {DNNL_ARG_TO, target}});
    return found;
}

struct Convolution : torch::autograd::Function<Convolution> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& given, const at::Tensor& weight, int64_t stride, int64_t padding) {
        at::Tensor input = given.contiguous();
        context->save_for_backward({input, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        return convolve(input, weight, stride, padding);
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        variable_list saved = context->get_saved_variables();
        at::Tensor gradient = gradients[0].contiguous();
        auto plan = convolution_plan(shape_of(saved[0], saved[1], context->saved_data["stride"].toInt(), context->saved_data["padding"].toInt()));
        TORCH_CHECK(!context->needs_input_grad(0) || blocked(saved[0]), "no gradient reaches maps that do not stand in blocks");
        return {context->needs_input_grad(0) ? input_gradient(saved[0], saved[1], gradient, *plan) : at::Tensor(),
                context->needs_input_grad(1) ? weight_gradient(saved[0], saved[1], gradient, *plan) : at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

at::Tensor conv2d(const at::Tensor& input, const at::Tensor& weight, int64_t stride, int64_t padding) {
    return Convolution::apply(input, weight, stride, padding);
}

/* For inference: with a bias, onto "sum" where it is given, which then holds the result. */
at::Tensor conv2d_onto(const at::Tensor& given, const at::Tensor& weight, const at::Tensor& bias, const c10::optional<at::Tensor>& sum, int64_t stride, int64_t padding) {
    at::Tensor input = given.contiguous();
    check(input, weight);
    Shape shape = shape_of(input, weight, stride, padding);
    auto plan = convolution_plan(shape, true, sum.has_value());
    at::Tensor output = sum.has_value() ? *sum : empty_blocks(shape.input[0], shape.weight[0], shape.out(2), shape.out(3));
    auto kernel = laid_out(weight, plan->forward.weights_desc());
    run(plan->run_forward, plan->forward.scratchpad_desc(),
        {{DNNL_ARG_SRC, place(plan->forward.src_desc(), input)}, {DNNL_ARG_WEIGHTS, kernel.first}, {DNNL_ARG_BIAS, place(plan->forward.bias_desc(), bias)},
         {DNNL_ARG_DST, place(plan->forward.dst_desc(), output)}});
    return output;
}

struct NormalisationPlan {
    dnnl::batch_normalization_forward::primitive_desc forward;
    dnnl::batch_normalization_backward::primitive_desc backward;
    dnnl::primitive run_forward, run_backward;
};

std::shared_ptr<NormalisationPlan> normalisation_plan(const at::Tensor& input, double epsilon, bool relu) {
    static Plans<std::tuple<std::vector<int64_t>, double, bool, int>, NormalisationPlan> plans;
    return plans.get({input.sizes().vec(), epsilon, relu, at::get_num_threads()}, [&] {
        using Flags = dnnl::normalization_flags;
        Flags flags = Flags::use_scale | Flags::use_shift;
        if (relu) flags = flags | Flags::fuse_norm_relu;
        auto made = std::make_shared<NormalisationPlan>();
        dnnl::memory::desc layout = layout_of(input);
        made->forward = {{dnnl::prop_kind::forward_training, layout, static_cast<float>(epsilon), flags}, with_scratchpad(), engine()};
        made->backward = {{dnnl::prop_kind::backward, layout, layout, static_cast<float>(epsilon), flags}, with_scratchpad(), engine(), made->forward};
        made->run_forward = dnnl::batch_normalization_forward(made->forward);
        made->run_backward = dnnl::batch_normalization_backward(made->backward);
        return made;
    });
}

/* oneDNN's rectifier turns what is not a number into zero, which would hide a run that went wrong: such a channel stays not a number. */
void keep_nan(at::Tensor& output, const at::Tensor& mean, const at::Tensor& variance, const at::Tensor& weight, const at::Tensor& bias) {
    const float *m = mean.data_ptr<float>(), *v = variance.data_ptr<float>(), *w = weight.data_ptr<float>(), *b = bias.data_ptr<float>();
    for (int64_t i = 0; i < mean.numel(); ++i)
        if (!std::isfinite(m[i] + v[i] + w[i] + b[i])) output.select(4, i % kBlock).select(1, i / kBlock).fill_(std::nan(""));
}

struct Normalisation : torch::autograd::Function<Normalisation> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, at::Tensor mean, at::Tensor variance,
                              double momentum, double epsilon, bool relu) {
        TORCH_CHECK(blocked(input) && input.is_contiguous() && input.scalar_type() == at::kFloat, "maps in blocks are [batch, channels / 16, height, width, 16]");
        auto plan = normalisation_plan(input, epsilon, relu);
        at::Tensor output = at::empty_like(input), mine = at::empty_like(mean), spread = at::empty_like(variance), signs = bytes(plan->forward.workspace_desc());
        Arguments arguments{{DNNL_ARG_SRC, place(plan->forward.src_desc(), input)},
                            {DNNL_ARG_SCALE, place(plan->forward.weights_desc(), weight)},
                            {DNNL_ARG_SHIFT, place(plan->forward.weights_desc(), bias)},
                            {DNNL_ARG_MEAN, place(plan->forward.mean_desc(), mine)},
                            {DNNL_ARG_VARIANCE, place(plan->forward.variance_desc(), spread)},
                            {DNNL_ARG_DST, place(plan->forward.dst_desc(), output)}};
        if (relu) arguments.insert({DNNL_ARG_WORKSPACE, place(plan->forward.workspace_desc(), signs)});
        run(plan->run_forward, plan->forward.scratchpad_desc(), arguments);
        if (relu) keep_nan(output, mine, spread, weight, bias);
        const double count = static_cast<double>(input.numel() / mean.numel());
        mean.mul_(1 - momentum).add_(mine, momentum);
        variance.mul_(1 - momentum).add_(spread, momentum * count / (count - 1));
        context->save_for_backward({input, weight, mine, spread, signs});
        context->saved_data["epsilon"] = epsilon;
        context->saved_data["relu"] = relu;
        return output;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        variable_list saved = context->get_saved_variables();
        bool relu = context->saved_data["relu"].toBool();
        auto plan = normalisation_plan(saved[0], context->saved_data["epsilon"].toDouble(), relu);
        at::Tensor gradient = gradients[0].contiguous(), found = at::empty_like(saved[0]), scale = at::empty_like(saved[1]), shift = at::empty_like(saved[1]);
        Arguments arguments{{DNNL_ARG_SRC, place(plan->backward.src_desc(), saved[0])},
                            {DNNL_ARG_SCALE, place(plan->backward.weights_desc(), saved[1])},
                            {DNNL_ARG_SHIFT, place(plan->backward.weights_desc(), saved[1])}, /* asked for, never read */
                            {DNNL_ARG_MEAN, place(plan->backward.mean_desc(), saved[2])},
                            {DNNL_ARG_VARIANCE, place(plan->backward.variance_desc(), saved[3])},
                            {DNNL_ARG_DIFF_DST, place(plan->backward.diff_dst_desc(), gradient)},
                            {DNNL_ARG_DIFF_SRC, place(plan->backward.diff_src_desc(), found)},
                            {DNNL_ARG_DIFF_SCALE, place(plan->backward.diff_weights_desc(), scale)},
                            {DNNL_ARG_DIFF_SHIFT, place(plan->backward.diff_weights_desc(), shift)}};
        if (relu) arguments.insert({DNNL_ARG_WORKSPACE, place(plan->forward.workspace_desc(), saved[4])});
        run(plan->run_backward, plan->backward.scratchpad_desc(), arguments);
        return {found, scale, shift, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

at::Tensor batch_norm(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, at::Tensor mean, at::Tensor variance, double momentum, double epsilon, bool relu) {
    return Normalisation::apply(input, weight, bias, mean, variance, momentum, epsilon, relu);
}

/* relu(one + other), in one pass; what is not a number stays so. */
struct AddRelu : torch::autograd::Function<AddRelu> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& one, const at::Tensor& other) {
        TORCH_CHECK(one.sizes() == other.sizes() && one.is_contiguous() && other.is_contiguous() && one.scalar_type() == at::kFloat && other.scalar_type() == at::kFloat,
                    "add_relu takes two contiguous tensors of one shape");
        at::Tensor sum = at::empty_like(one);
        const float *a = one.data_ptr<float>(), *b = other.data_ptr<float>();
        float* to = sum.data_ptr<float>();
        at::parallel_for(0, one.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) {
                float value = a[i] + b[i];
                to[i] = value <= 0 ? 0 : value;
            }
        });
        context->save_for_backward({sum});
        return sum;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        at::Tensor gradient = at::threshold_backward(gradients[0], context->get_saved_variables()[0], 0);
        return {gradient, gradient};
    }
};

at::Tensor add_relu(const at::Tensor& one, const at::Tensor& other) { return AddRelu::apply(one, other); }

/* Whether this processor has Winograd's convolutions. */
bool has_winograd() {
    static const bool has = [] {
        try {
            plan({{1, kBlock, 16, 16}, {kBlock, kBlock, 3, 3}, true, 1, 1, 0}, dnnl::algorithm::convolution_winograd, false, false);
            return true;
        } catch (const dnnl::error&) {
            return false;
        }
    }();
    return has;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(equipoise, library) {
    library.def("has_winograd() -> bool", has_winograd);
    library.def("conv2d(Tensor input, Tensor weight, int stride, int padding) -> Tensor", conv2d);
    library.def("conv2d_onto(Tensor input, Tensor weight, Tensor bias, Tensor? sum, int stride, int padding) -> Tensor", conv2d_onto);
    library.def("batch_norm(Tensor input, Tensor weight, Tensor bias, Tensor mean, Tensor variance, float momentum, float epsilon, bool relu) -> Tensor", batch_norm);
    library.def("add_relu(Tensor one, Tensor other) -> Tensor", add_relu);
}

}  // namespace equipoise
#endif
