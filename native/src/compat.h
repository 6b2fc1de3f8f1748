// Everything that differs between libtorch 1.13 and 2.x, in one file.
#pragma once
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/autocast_mode.h>
#include <c10/core/Allocator.h>
#include <c10/util/Exception.h>
#include <torch/version.h>
#if TORCH_VERSION_MAJOR >= 2
#include <optional>
#endif

namespace equipoise {

// c10's own optional was replaced by the standard's, and its name goes away.
#if TORCH_VERSION_MAJOR >= 2
template <class T>
using Optional = std::optional<T>;
#else
template <class T>
using Optional = c10::optional<T>;
#endif

// 1.13 hands a warning over in three parts, 2.x as one object.
#if TORCH_VERSION_MAJOR >= 2
class WarningSink : public c10::WarningHandler {
  public:
    void process(const c10::Warning& warning) override { accept(warning.msg()); }
    virtual void accept(const std::string& text) = 0;
};
inline void set_warning_handler(WarningSink* sink) { c10::WarningUtils::set_warning_handler(sink); }
#else
class WarningSink : public c10::WarningHandler {
  public:
    void process(const c10::SourceLocation&, const std::string& text, const bool) override { accept(text); }
    virtual void accept(const std::string& text) = 0;
};
inline void set_warning_handler(WarningSink* sink) { c10::Warning::set_warning_handler(sink); }
#endif

// The allocator counts in signed numbers in 1.13, in unsigned ones in 2.x.
#if TORCH_VERSION_MAJOR >= 2
using MemoryTotal = size_t;
#else
using MemoryTotal = int64_t;
#endif
class MemorySink : public c10::MemoryReportingInfoBase {
  public:
    void reportMemoryUsage(void*, int64_t change, MemoryTotal, MemoryTotal, c10::Device device) override { accept(change, device); }
    virtual void accept(int64_t change, c10::Device device) = 0;
};

// Half precision is switched by functions for the CPU and for CUDA up to 2.3, and by the type of the device from then on.
inline void set_autocast(c10::DeviceType device, bool enabled, at::ScalarType type) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    if (enabled) at::autocast::set_autocast_dtype(device, type);
    at::autocast::set_autocast_enabled(device, enabled);
#else
    TORCH_CHECK_VALUE(device == c10::DeviceType::CPU || device == c10::DeviceType::CUDA, "libtorch ", TORCH_VERSION, " has no half precision for device ", c10::DeviceTypeName(device));
    if (device == c10::DeviceType::CPU) {
        if (enabled) at::autocast::set_autocast_cpu_dtype(type);
        at::autocast::set_cpu_enabled(enabled);
    } else {
        if (enabled) at::autocast::set_autocast_gpu_dtype(type);
        at::autocast::set_enabled(enabled);
    }
#endif
}

// 2.x fills fresh memory in deterministic mode, to make reads of it show; nothing here reads it.
inline void set_deterministic(at::Context& context, bool on) {
    context.setDeterministicCuDNN(on);
    context.setDeterministicAlgorithms(on, /*warn_only=*/true);
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 2)
    context.setDeterministicFillUninitializedMemory(false);
#endif
}

inline const char* torch_version() { return TORCH_VERSION; }

}  // namespace equipoise
