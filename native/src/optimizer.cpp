// Stochastic gradient descent in one pass over memory: weight decay, momentum and step for all parameters at once. The roundings are those of
// libtorch's own operators (add with a factor is a fused multiply-add), so the result is the same to the last bit.
#include <cmath>
#include <map>

#include "dense.h"
#include "guard.h"
#include "handles.h"

using namespace equipoise;

namespace {

struct Settings {
    float momentum;
    float decay;
};

struct Piece {
    float* parameter;
    const float* gradient;
    float* velocity; /* null without momentum */
    int64_t count;
    float rate;
    bool fresh; /* the velocity holds nothing yet */
};

EQUIPOISE_VECTORS("avx512f", "fma")
void move(const Piece& piece, const Settings& settings) {
    float* __restrict parameter = piece.parameter;
    const float* __restrict gradient = piece.gradient;
    float* __restrict velocity = piece.velocity;
    const float rate = -piece.rate, momentum = settings.momentum, decay = settings.decay;
    if (velocity == nullptr) {
        for (int64_t i = 0; i < piece.count; ++i) {
            float direction = std::fma(parameter[i], decay, gradient[i]);
            parameter[i] = std::fma(direction, rate, parameter[i]);
        }
    } else if (piece.fresh) {
        for (int64_t i = 0; i < piece.count; ++i) {
            velocity[i] = std::fma(parameter[i], decay, gradient[i]);
            parameter[i] = std::fma(velocity[i], rate, parameter[i]);
        }
    } else {
        for (int64_t i = 0; i < piece.count; ++i) {
            float direction = std::fma(parameter[i], decay, gradient[i]);
            velocity[i] = velocity[i] * momentum + direction; /* two roundings: this file is compiled without contraction */
            parameter[i] = std::fma(velocity[i], rate, parameter[i]);
        }
    }
}

/* Tensors of any type, device and layout that move alike, operator by operator: a card computes a list in a few kernels. */
struct Others {
    std::vector<at::Tensor> parameters, gradients, velocities;

    void add(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& velocity) {
        parameters.push_back(parameter);
        gradients.push_back(gradient);
        if (velocity.defined()) velocities.push_back(velocity);
    }

    void move(double rate, double momentum, double decay, bool fresh) {
        std::vector<at::Tensor> directions = decay != 0 ? at::_foreach_add(gradients, parameters, decay) : gradients;
        if (!velocities.empty()) {
            if (fresh) {
                for (size_t i = 0; i < velocities.size(); ++i) velocities[i].copy_(directions[i]);
            } else {
                at::_foreach_mul_(velocities, momentum);
                at::_foreach_add_(velocities, directions);
            }
            directions = velocities;
        }
        at::_foreach_add_(parameters, directions, -rate);
    }
};

}  // namespace

eq_status eq_sgd_step(const eq_sgd_item* items, int32_t count, double momentum, double weight_decay) {
    return guard([&] {
        at::NoGradGuard off;
        const Settings settings{static_cast<float>(momentum), static_cast<float>(weight_decay)};
        std::vector<Piece> pieces;
        std::map<std::pair<double, bool>, Others> others;
        for (int32_t k = 0; k < count; ++k) {
            at::Tensor parameter = borrow(items[k].parameter), gradient = borrow(items[k].gradient), velocity = borrow(items[k].velocity);
            if (!alike(parameter, gradient) || (velocity.defined() && !alike(parameter, velocity))) {
                others[{items[k].rate, items[k].fresh != 0}].add(parameter, gradient, velocity);
                continue;
            }
            float* p = parameter.data_ptr<float>();
            const float* g = gradient.data_ptr<float>();
            float* v = velocity.defined() ? velocity.data_ptr<float>() : nullptr;
            for (int64_t at = 0; at < parameter.numel(); at += kPieceSize)
                pieces.push_back({p + at, g + at, v == nullptr ? nullptr : v + at, std::min(kPieceSize, parameter.numel() - at),
                                  static_cast<float>(items[k].rate), items[k].fresh != 0});
            parameter.unsafeGetTensorImpl()->bump_version();
        }
        at::parallel_for(0, static_cast<int64_t>(pieces.size()), 1, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) move(pieces[i], settings);
        });
        for (auto& other : others) other.second.move(other.first.first, momentum, weight_decay, other.first.second);
    });
}
