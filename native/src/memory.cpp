// What libtorch's allocator hands out to this thread on one kind of device while it is recorded: the bytes held after every allocation and every release.
#include <ATen/ATen.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <torch/library.h>

#include <mutex>
#include <vector>

#include "compat.h"

namespace equipoise {
namespace {

class Recording final : public MemorySink {
  public:
    explicit Recording(c10::DeviceType device) : device_(device) {}

    bool memoryProfilingEnabled() const override { return true; }

    // A backward pass may run on threads of its own, which report here as well.
    void accept(int64_t change, c10::Device device) override {
        if (device.type() != device_) return;
        std::lock_guard<std::mutex> lock(mutex_);
        held_.push_back((held_.empty() ? 0 : held_.back()) + change);
    }

    std::vector<int64_t> held() {
        std::lock_guard<std::mutex> lock(mutex_);
        return held_;
    }

  private:
    const c10::DeviceType device_;
    std::mutex mutex_;
    std::vector<int64_t> held_;
};

constexpr auto kKind = c10::DebugInfoKind::PROFILER_STATE; /* where the allocator looks for who wants to know */

void start_recording_memory(c10::Device device) { c10::ThreadLocalDebugInfo::_push(kKind, std::make_shared<Recording>(device.type())); }

/* [allocations and releases], int64. */
at::Tensor stop_recording_memory() {
    std::vector<int64_t> held = std::static_pointer_cast<Recording>(c10::ThreadLocalDebugInfo::_pop(kKind))->held();
    return at::tensor(held, at::kLong);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(equipoise, library) {
    library.def("start_recording_memory", start_recording_memory);
    library.def("stop_recording_memory", stop_recording_memory);
}

}  // namespace equipoise
