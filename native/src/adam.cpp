// A step of Adam, each parameter in one pass over memory.
#include <torch/library.h>

#include <cmath>

#include "dense.h"

namespace equipoise {
namespace {

struct Factors {
    float decay, shrink, beta1, new1, beta2, new2, root, epsilon, rate;
};

EQUIPOISE_VECTORS("avx512f", "fma")
void move(float* __restrict parameter, const float* __restrict gradient, float* __restrict first, float* __restrict second, int64_t count, const Factors& f) {
    for (int64_t i = 0; i < count; ++i) {
        float p = parameter[i] * f.shrink, g = gradient[i] + f.decay * parameter[i];
        first[i] = first[i] * f.beta1 + g * f.new1;
        second[i] = second[i] * f.beta2 + g * g * f.new2;
        parameter[i] = p - f.rate * (first[i] / (std::sqrt(second[i]) * f.root + f.epsilon));
    }
}

struct Lists {
    std::vector<at::Tensor> parameters, gradients, first, second;
    std::vector<at::Scalar> shrinks, roots, rates;
};

/* Tensors of any type, device and layout, operator by operator: a card computes a list in a few kernels. */
void move_others(Lists& lists, double decay, double beta1, double beta2, double epsilon) {
    if (lists.parameters.empty()) return;
    std::vector<at::Tensor> pulled = decay != 0 ? at::_foreach_add(lists.gradients, lists.parameters, decay) : lists.gradients;
    at::_foreach_mul_(lists.first, beta1);
    at::_foreach_add_(lists.first, pulled, 1 - beta1);
    at::_foreach_mul_(lists.second, beta2);
    at::_foreach_addcmul_(lists.second, pulled, pulled, 1 - beta2);
    std::vector<at::Tensor> spread = at::_foreach_sqrt(lists.second);
    at::_foreach_mul_(spread, lists.roots);
    at::_foreach_add_(spread, epsilon);
    at::_foreach_mul_(lists.parameters, lists.shrinks);
    at::_foreach_addcdiv_(lists.parameters, lists.first, spread, lists.rates);
}

/* g' = g + decay·p; m = β₁m + (1 − β₁)g'; v = β₂v + (1 − β₂)g'²; p = shrink·p − rate · m / (root·√v + ε); shrink, root and rate of each parameter. */
void adam(const std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& gradients, const std::vector<at::Tensor>& first, const std::vector<at::Tensor>& second, double decay, const std::vector<double>& shrinks, double beta1, double beta2, const std::vector<double>& roots, double epsilon, const std::vector<double>& rates) {
    at::NoGradGuard off;
    Lists others;
    auto single = [](double value) { return static_cast<float>(value); };
    for (size_t k = 0; k < parameters.size(); ++k) {
        const at::Tensor& parameter = parameters[k];
        if (!alike(parameter, gradients[k]) || !alike(parameter, first[k]) || !alike(parameter, second[k])) {
            others.parameters.push_back(parameter);
            others.gradients.push_back(gradients[k]);
            others.first.push_back(first[k]);
            others.second.push_back(second[k]);
            others.shrinks.push_back(shrinks[k]);
            others.roots.push_back(roots[k]);
            others.rates.push_back(-rates[k]);
            continue;
        }
        const Factors factors{single(decay), single(shrinks[k]), single(beta1), single(1 - beta1), single(beta2), single(1 - beta2), single(roots[k]), single(epsilon), single(rates[k])};
        float *p = parameter.data_ptr<float>(), *m = first[k].data_ptr<float>(), *v = second[k].data_ptr<float>();
        const float* g = gradients[k].data_ptr<float>();
        at::parallel_for(0, parameter.numel(), 1 << 14, [&](int64_t begin, int64_t end) { move(p + begin, g + begin, m + begin, v + begin, end - begin, factors); });
        parameter.unsafeGetTensorImpl()->bump_version();
    }
    move_others(others, decay, beta1, beta2, epsilon);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(equipoise, library) {
    library.def("adam", adam);
}

}  // namespace equipoise
