// Inner products of gradients, and weighted sums of them, each in one pass over memory.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <vector>

namespace equipoise {
namespace {

constexpr int64_t kPieceSize = 1 << 16;

struct Products {
    double first = 0, both = 0, second = 0;
};

#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
Products products_of(const float* first, const float* second, int64_t count) {
    Products sums;
    for (int64_t i = 0; i < count; ++i) {
        double a = first[i], b = second[i];
        sums.first += a * a;
        sums.both += a * b;
        sums.second += b * b;
    }
    return sums;
}

bool alike(const at::Tensor& first, const at::Tensor& second) {
    return first.is_cpu() && second.is_cpu() && first.scalar_type() == at::kFloat && second.scalar_type() == at::kFloat && first.is_non_overlapping_and_dense() &&
           first.sizes() == second.sizes() && first.strides() == second.strides();
}

Products slowly(const at::Tensor& first, const at::Tensor& second) {
    at::Tensor a = first.to(at::kDouble).reshape(-1), b = second.to(at::kDouble).reshape(-1);
    return {a.dot(a).item<double>(), a.dot(b).item<double>(), b.dot(b).item<double>()};
}

/* For each pair ⟨a, a⟩, ⟨a, b⟩ and ⟨b, b⟩, [pairs, 3] in double precision: squares of float32 neither overflow nor vanish there. */
at::Tensor gram(const std::vector<at::Tensor>& first, const std::vector<at::Tensor>& second) {
    TORCH_CHECK(first.size() == second.size(), "as many tensors on either side");
    at::NoGradGuard off;
    struct Part {
        size_t pair;
        int64_t begin, count;
        Products products;
    };
    std::vector<Part> parts;
    std::vector<Products> totals(first.size());
    for (size_t i = 0; i < first.size(); ++i) {
        if (!alike(first[i], second[i])) totals[i] = slowly(first[i], second[i]);
        else
            for (int64_t begin = 0; begin < first[i].numel(); begin += kPieceSize) parts.push_back({i, begin, std::min(kPieceSize, first[i].numel() - begin), {}});
    }
    at::parallel_for(0, static_cast<int64_t>(parts.size()), 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            Part& part = parts[i];
            part.products = products_of(first[part.pair].data_ptr<float>() + part.begin, second[part.pair].data_ptr<float>() + part.begin, part.count);
        }
    });
    for (const Part& part : parts) {
        totals[part.pair].first += part.products.first;
        totals[part.pair].both += part.products.both;
        totals[part.pair].second += part.products.second;
    }
    at::Tensor table = at::empty({static_cast<int64_t>(first.size()), 3}, at::kDouble);
    auto rows = table.accessor<double, 2>();
    for (size_t i = 0; i < totals.size(); ++i) {
        rows[i][0] = totals[i].first;
        rows[i][1] = totals[i].both;
        rows[i][2] = totals[i].second;
    }
    return table;
}

/* p·a + q·b. */
at::Tensor mix(const at::Tensor& first, const at::Tensor& second, double p, double q) {
    at::NoGradGuard off;
    if (!alike(first, second)) return at::add(first * p, second * q);
    at::Tensor sum = at::empty_like(first);
    const float *a = first.data_ptr<float>(), *b = second.data_ptr<float>(), x = static_cast<float>(p), y = static_cast<float>(q);
    float* to = sum.data_ptr<float>();
    at::parallel_for(0, first.numel(), kPieceSize, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) to[i] = a[i] * x + b[i] * y;
    });
    return sum;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(equipoise, library) {
    library.def("gram", gram);
    library.def("mix", mix);
}

}  // namespace equipoise
