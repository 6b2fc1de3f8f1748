// Inner products of gradients, and weighted sums of them, each in one pass over memory.
#include <torch/library.h>

#include "dense.h"

namespace equipoise {
namespace {

struct Products {
    double first = 0, both = 0, second = 0;

    void operator+=(const Products& other) {
        first += other.first;
        both += other.both;
        second += other.second;
    }
};

EQUIPOISE_VECTORS("avx512f", "avx2")
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

/* On any device, in any layout; the numbers stay there. */
at::Tensor elsewhere(const at::Tensor& first, const at::Tensor& second) {
    at::Tensor a = first.to(at::kDouble).reshape(-1), b = second.to(at::kDouble).reshape(-1);
    return at::stack({a.dot(a), a.dot(b), b.dot(b)});
}

/* For each pair ⟨a, a⟩, ⟨a, b⟩ and ⟨b, b⟩, [pairs, 3] in double precision: squares of float32 neither overflow nor vanish there. */
at::Tensor gram(const std::vector<at::Tensor>& first, const std::vector<at::Tensor>& second) {
    TORCH_CHECK(first.size() == second.size(), "as many tensors on either side");
    at::NoGradGuard off;
    std::vector<Products> totals = add_up<Products>(
        first, [&](size_t i) { return alike(first[i], second[i]); },
        [&](size_t i, int64_t begin, int64_t count) { return products_of(first[i].data_ptr<float>() + begin, second[i].data_ptr<float>() + begin, count); });
    at::Tensor table = at::empty({static_cast<int64_t>(first.size()), 3}, at::kDouble);
    auto rows = table.accessor<double, 2>();
    std::vector<at::Tensor> others;
    std::vector<int64_t> places;
    for (size_t i = 0; i < totals.size(); ++i) {
        rows[i][0] = totals[i].first;
        rows[i][1] = totals[i].both;
        rows[i][2] = totals[i].second;
        if (alike(first[i], second[i])) continue;
        others.push_back(elsewhere(first[i], second[i]));
        places.push_back(static_cast<int64_t>(i));
    }
    if (!others.empty()) table.index_copy_(0, at::tensor(places, at::kLong), at::stack(others).cpu()); /* one transfer for all */
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
