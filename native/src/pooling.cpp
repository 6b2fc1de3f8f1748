// Maximum pooling of maps in blocks of sixteen channels. Only where in its window each maximum stood is kept for the backward pass, a byte
// per result; libtorch's own keeps its whole input, and eight bytes per result.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cmath>
#include <limits>

#include "dense.h"

namespace equipoise {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int kBlock = 16;

struct Window {
    int64_t height, width, rows, columns; /* of the maps that come in and go out */
    int64_t kernel, stride, padding;
};

Window window_of(at::IntArrayRef maps, int64_t kernel, int64_t stride, int64_t padding) {
    auto out = [&](int64_t size) { return (size + 2 * padding - kernel) / stride + 1; };
    return {maps[2], maps[3], out(maps[2]), out(maps[3]), kernel, stride, padding};
}

/* Half a block of channels as one value, in memory aligned as floats are: what GCC turns into vector instructions everywhere. */
constexpr int kLanes = 8;
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float)), aligned(alignof(float)), may_alias));
typedef int32_t Numbers __attribute__((vector_size(kLanes * sizeof(int32_t))));
typedef uint8_t Bytes __attribute__((vector_size(kLanes), aligned(1), may_alias));

/* The part of a window's side that lies within the map. */
struct Span {
    int64_t first, begin, end;
};

Span within(int64_t place, int64_t size, const Window& window) {
    int64_t first = place * window.stride - window.padding;
    return {first, std::max<int64_t>(first, 0), std::min(first + window.kernel, size)};
}

/* Of several equal ones the first counts; what is not a number is larger than all, as in libtorch. */
EQUIPOISE_VECTORS("avx2")
void pool(const Window& window, const float* map, float* largest, uint8_t* places) {
    for (int64_t row = 0; row < window.rows; ++row)
        for (int64_t at = 0; at < window.columns * (kBlock / kLanes); ++at, largest += kLanes, places += kLanes) {
            const int64_t column = at / (kBlock / kLanes), half = at % (kBlock / kLanes) * kLanes;
            const Span rows = within(row, window.height, window), columns = within(column, window.width, window);
            Lanes best = Lanes{} - std::numeric_limits<float>::infinity();
            Numbers place{};
            for (int64_t y = rows.begin; y < rows.end; ++y)
                for (int64_t x = columns.begin; x < columns.end; ++x) {
                    const Lanes values = *reinterpret_cast<const Lanes*>(map + (y * window.width + x) * kBlock + half);
                    const Numbers number = Numbers{} + static_cast<int32_t>((y - rows.first) * window.kernel + x - columns.first);
                    const Numbers larger = (values > best) | (values != values);
                    best = larger ? values : best;
                    place = larger ? number : place;
                }
            *reinterpret_cast<Lanes*>(largest) = best;
            for (int c = 0; c < kLanes; ++c) places[c] = static_cast<uint8_t>(place[c]);
        }
}

EQUIPOISE_VECTORS("avx2")
void spread(const Window& window, const float* gradient, const uint8_t* places, float* map) {
    for (int64_t row = 0; row < window.rows; ++row)
        for (int64_t at = 0; at < window.columns * (kBlock / kLanes); ++at, gradient += kLanes, places += kLanes) {
            const int64_t column = at / (kBlock / kLanes), half = at % (kBlock / kLanes) * kLanes;
            const Span rows = within(row, window.height, window), columns = within(column, window.width, window);
            const Numbers place = __builtin_convertvector(*reinterpret_cast<const Bytes*>(places), Numbers);
            const Lanes given = *reinterpret_cast<const Lanes*>(gradient);
            for (int64_t y = rows.begin; y < rows.end; ++y)
                for (int64_t x = columns.begin; x < columns.end; ++x) {
                    Lanes& values = *reinterpret_cast<Lanes*>(map + (y * window.width + x) * kBlock + half);
                    const Numbers number = Numbers{} + static_cast<int32_t>((y - rows.first) * window.kernel + x - columns.first);
                    values += place == number ? given : Lanes{};
                }
        }
}

struct MaxPool : torch::autograd::Function<MaxPool> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& maps, int64_t kernel, int64_t stride, int64_t padding) {
        TORCH_CHECK(maps.dim() == 5 && maps.size(4) == kBlock && maps.is_contiguous() && maps.scalar_type() == at::kFloat && maps.is_cpu(),
                    "maps in blocks are [batch, channels / 16, height, width, 16]");
        TORCH_CHECK(kernel > padding && kernel <= 16 && stride > 0 && padding >= 0, "a window has a side of at most 16, more than its padding");
        Window window = window_of(maps.sizes(), kernel, stride, padding);
        TORCH_CHECK(window.rows > 0 && window.columns > 0, "the window is larger than the maps");
        std::vector<int64_t> shape{maps.size(0), maps.size(1), window.rows, window.columns, kBlock};
        at::Tensor largest = at::empty(shape, at::kFloat), places = at::empty(shape, at::kByte);
        int64_t in = window.height * window.width * kBlock, out = window.rows * window.columns * kBlock;
        at::parallel_for(0, maps.size(0) * maps.size(1), 1, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) pool(window, maps.data_ptr<float>() + i * in, largest.data_ptr<float>() + i * out, places.data_ptr<uint8_t>() + i * out);
        });
        context->save_for_backward({places});
        context->saved_data["maps"] = maps.sizes().vec();
        context->saved_data["window"] = std::vector<int64_t>{kernel, stride, padding};
        return largest;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients) {
        at::Tensor gradient = gradients[0].contiguous(), places = context->get_saved_variables()[0];
        std::vector<int64_t> shape = context->saved_data["maps"].toIntVector(), sides = context->saved_data["window"].toIntVector();
        Window window = window_of(shape, sides[0], sides[1], sides[2]);
        at::Tensor found = at::zeros(shape, at::kFloat);
        int64_t in = window.height * window.width * kBlock, out = window.rows * window.columns * kBlock;
        at::parallel_for(0, shape[0] * shape[1], 1, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) spread(window, gradient.data_ptr<float>() + i * out, places.data_ptr<uint8_t>() + i * out, found.data_ptr<float>() + i * in);
        });
        return {found, at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

at::Tensor max_pool2d(const at::Tensor& maps, int64_t kernel, int64_t stride, int64_t padding) { return MaxPool::apply(maps, kernel, stride, padding); }

}  // namespace

TORCH_LIBRARY_FRAGMENT(equipoise, library) {
    library.def("max_pool2d", max_pool2d);
}

}  // namespace equipoise
