// On-the-fly gradient modulation on many gradients at once: g ← k·g + ε, ε normal with the spread of the unscaled gradient. The noise has the
// bits that normal_ gives tensor by tensor, and is drawn by all threads: the stream is walked ahead, which takes a small part of drawing from it.
#include <ATen/CPUGeneratorImpl.h>
#include <torch/library.h>

#include <cmath>

#include "compat.h"
#include "dense.h"

namespace equipoise {
namespace {

constexpr int kWords = at::MERSENNE_STATE_N, kAhead = at::MERSENNE_STATE_M;

uint32_t twist(uint32_t high, uint32_t low) {
    uint32_t mixed = ((high & at::UMASK) | (low & at::LMASK)) >> 1;
    return mixed ^ (-(low & 1) & at::MATRIX_A);
}

/* All words of the Mersenne twister anew, as at::mt19937 does when it has used them up. */
EQUIPOISE_VECTORS("avx512f", "avx2")
void renew(uint32_t* words) {
    for (int i = 0; i < kWords - kAhead; ++i) words[i] = words[i + kAhead] ^ twist(words[i], words[i + 1]);
#pragma GCC ivdep
    for (int i = kWords - kAhead; i < kWords - 1; ++i) words[i] = words[i + kAhead - kWords] ^ twist(words[i], words[i + 1]);
    words[kWords - 1] = words[kAhead - 1] ^ twist(words[kWords - 1], words[0]);
}

/* The state after so many more numbers. */
void skip(at::mt19937_data_pod& state, int64_t numbers) {
    while (numbers >= state.left_) {
        numbers -= state.left_;
        renew(state.state_.data());
        state.left_ = kWords;
        state.next_ = 1;
    }
    state.left_ -= static_cast<int>(numbers);
    state.next_ += static_cast<uint32_t>(numbers);
}

/* Rows of a gradient, whose noise begins at a place of the stream; or of the noise alone, for a gradient that lies elsewhere. */
struct Piece {
    at::Tensor gradient;
    double spread; /* of the noise; 0 for none */
    at::mt19937_data_pod stream;
    bool alone; /* the noise takes the place of what is there */
};

at::Generator generator_at(const at::mt19937_data_pod& state) {
    at::Generator generator = at::detail::createCPUGenerator();
    at::mt19937 engine;
    engine.set_data(state);
    generator.get<at::CPUGeneratorImpl>()->set_engine(engine);
    return generator;
}

/* Two roundings, as two operators have. */
void scale_and_add(float* __restrict gradient, const float* __restrict noise, int64_t count, float factor) {
    for (int64_t i = 0; i < count; ++i) gradient[i] = gradient[i] * factor + noise[i];
}

/* The same for a gradient whose channels are next to each other: [rows, positions, channels] beside noise [rows, channels, positions]. */
EQUIPOISE_VECTORS("avx512f", "avx2")
void scale_and_add_last(float* __restrict gradient, const float* __restrict noise, int64_t rows, int64_t channels, int64_t positions, float factor) {
    for (int64_t row = 0; row < rows; ++row, gradient += channels * positions, noise += channels * positions)
        for (int64_t p = 0; p < positions; ++p)
            for (int64_t c = 0; c < channels; ++c) gradient[p * channels + c] = gradient[p * channels + c] * factor + noise[c * positions + p];
}

void modulate_piece(const Piece& piece, double coefficient) {
    at::Tensor gradient = piece.gradient;
    if (piece.spread == 0) {
        gradient.mul_(coefficient);
        return;
    }
    at::Tensor noise = piece.alone ? gradient : at::empty(gradient.sizes(), gradient.options().memory_format(at::MemoryFormat::Contiguous));
    noise.normal_(0, piece.spread, generator_at(piece.stream));
    if (piece.alone) return;
    if (gradient.is_contiguous() && gradient.scalar_type() == at::kFloat) {
        scale_and_add(gradient.data_ptr<float>(), noise.data_ptr<float>(), gradient.numel(), static_cast<float>(coefficient));
        return;
    }
    if (gradient.is_contiguous(at::MemoryFormat::ChannelsLast) && gradient.scalar_type() == at::kFloat) {
        scale_and_add_last(gradient.data_ptr<float>(), noise.data_ptr<float>(), gradient.size(0), gradient.size(1), gradient.size(2) * gradient.size(3), static_cast<float>(coefficient));
        return;
    }
    if (coefficient != 1) gradient.mul_(coefficient);
    gradient.add_(noise);
}

struct Sums {
    double sum = 0, squares = 0;

    void operator+=(const Sums& other) {
        sum += other.sum;
        squares += other.squares;
    }
};

EQUIPOISE_VECTORS("avx512f", "avx2")
Sums sums_of(const float* values, int64_t count) {
    Sums sums;
    for (int64_t i = 0; i < count; ++i) {
        double value = values[i];
        sums.sum += value;
        sums.squares += value * value;
    }
    return sums;
}

/* Each gradient's standard deviation (of a sample, as std() has it); in double precision, piece by piece and in their order. */
std::vector<double> spreads(const std::vector<at::Tensor>& gradients) {
    std::vector<Sums> totals = add_up<Sums>(
        gradients, [&](size_t i) { return is_dense(gradients[i]); },
        [&](size_t i, int64_t begin, int64_t count) { return sums_of(gradients[i].data_ptr<float>() + begin, count); });
    std::vector<double> found;
    std::vector<at::Tensor> others;
    std::vector<size_t> places;
    for (size_t i = 0; i < gradients.size(); ++i) {
        double count = static_cast<double>(gradients[i].numel()), sum = totals[i].sum;
        found.push_back(static_cast<float>(std::sqrt(std::max(0.0, (totals[i].squares - sum * sum / count) / (count - 1)))));
        if (is_dense(gradients[i])) continue;
        others.push_back(gradients[i].std().to(at::kDouble));
        places.push_back(i);
    }
    if (others.empty()) return found;
    at::Tensor values = at::stack(others).cpu(); /* one transfer for all */
    for (size_t i = 0; i < places.size(); ++i) found[places[i]] = values.data_ptr<double>()[i];
    return found;
}

/* The rows that a piece has: whole ones, whose elements are a multiple of 16 (normal_ draws in sixteens), about kPieceSize in all. */
int64_t rows_of_piece(const at::Tensor& gradient) {
    int64_t row = gradient.numel() / gradient.size(0);
    int64_t step = 16;
    while (step > 1 && (row * (step / 2)) % 16 == 0) step /= 2;
    return std::max(step, kPieceSize / row / step * step);
}

/* Cuts a tensor into pieces and walks the stream past each. */
void cut(at::Tensor tensor, double width, bool alone, at::CPUGeneratorImpl* stream, std::vector<Piece>& pieces) {
    int64_t rows = tensor.dim() == 0 ? 0 : rows_of_piece(tensor), all = tensor.dim() == 0 ? 1 : tensor.size(0);
    for (int64_t row = 0; row < all;) {
        int64_t taken = rows == 0 || all - row < 2 * rows ? all - row : rows; /* the last piece has at least sixteen elements */
        at::Tensor piece = taken == all ? tensor : tensor.narrow(0, row, taken);
        pieces.push_back({piece, width, {}, alone});
        row += taken;
        if (width == 0) continue;
        at::mt19937 engine = stream->engine();
        at::mt19937_data_pod state = engine.data();
        pieces.back().stream = state;
        skip(state, piece.numel() + (piece.numel() % 16 == 0 ? 0 : 16)); /* a rest is drawn as the last sixteen, again */
        engine.set_data(state);
        stream->set_engine(engine);
    }
}

void modulate(const std::vector<at::Tensor>& gradients, double coefficient, double noise, Optional<at::Generator> generator) {
    at::NoGradGuard off;
    std::vector<double> spread = noise > 0 ? spreads(gradients) : std::vector<double>(gradients.size());
    at::CPUGeneratorImpl* stream = noise > 0 ? generator->get<at::CPUGeneratorImpl>() : nullptr;
    std::vector<Piece> pieces;
    std::vector<std::pair<at::Tensor, at::Tensor>> elsewhere; /* gradients, with their noise on the processor */
    for (size_t i = 0; i < gradients.size(); ++i) {
        const at::Tensor& gradient = gradients[i];
        int64_t count = gradient.numel();
        double width = noise > 0 && count > 1 ? noise * (spread[i] + 1e-8) : 0;
        if (width == 0 && coefficient == 1) continue;
        bool here = gradient.is_cpu() && gradient.scalar_type() == at::kFloat;
        if (here && (width == 0 || count >= 16)) {
            cut(gradient, width, false, stream, pieces);
            continue;
        }
        elsewhere.emplace_back(gradient, at::Tensor());
        if (width == 0) continue;
        at::Tensor& drawn = elsewhere.back().second = at::empty(gradient.sizes(), gradient.options().device(at::kCPU).memory_format(at::MemoryFormat::Contiguous));
        if (count >= 16 && gradient.scalar_type() == at::kFloat) cut(drawn, width, true, stream, pieces);
        else drawn.normal_(0, width, generator); /* with what the generator keeps in between */
    }
    at::parallel_for(0, static_cast<int64_t>(pieces.size()), 1, [&](int64_t begin, int64_t end) {
        at::NoGradGuard quiet;
        for (int64_t i = begin; i < end; ++i) modulate_piece(pieces[i], coefficient);
    });
    for (auto& pair : elsewhere) {
        if (coefficient != 1) pair.first.mul_(coefficient);
        if (pair.second.defined()) pair.first.add_(pair.second.to(pair.first.device()));
    }
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(equipoise, library) {
    library.def("modulate", modulate);
}

}  // namespace equipoise
