// A step of Adam for one parameter in one pass over memory.
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

/* g' = g + decay·p; m = β₁m + (1 − β₁)g'; v = β₂v + (1 − β₂)g'²; p = shrink·p − rate · m / (root·√v + ε). */
void adam(at::Tensor parameter, const at::Tensor& gradient, at::Tensor first, at::Tensor second, double decay, double shrink, double beta1, double beta2, double root, double epsilon, double rate) {
    at::NoGradGuard off;
    if (!alike(parameter, gradient) || !alike(parameter, first) || !alike(parameter, second)) {
        at::Tensor pulled = decay != 0 ? gradient.add(parameter, decay) : gradient;
        first.mul_(beta1).add_(pulled, 1 - beta1);
        second.mul_(beta2).addcmul_(pulled, pulled, 1 - beta2);
        parameter.mul_(shrink).addcdiv_(first, second.sqrt().mul_(root).add_(epsilon), -rate);
        return;
    }
    auto single = [](double value) { return static_cast<float>(value); };
    const Factors factors{single(decay), single(shrink), single(beta1), single(1 - beta1), single(beta2), single(1 - beta2), single(root), single(epsilon), single(rate)};
    float *p = parameter.data_ptr<float>(), *m = first.data_ptr<float>(), *v = second.data_ptr<float>();
    const float* g = gradient.data_ptr<float>();
    at::parallel_for(0, parameter.numel(), 1 << 14, [&](int64_t begin, int64_t end) { move(p + begin, g + begin, m + begin, v + begin, end - begin, factors); });
    parameter.unsafeGetTensorImpl()->bump_version();
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(equipoise, library) {
    library.def("adam", adam);
}

}  // namespace equipoise
