// Everything that differs between libtorch 1.13 and 2.x, in one file.
#pragma once
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/Allocator.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

namespace equipoise {

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
    void reportMemoryUsage(void*, int64_t change, MemoryTotal, MemoryTotal, c10::Device) override { accept(change); }
    virtual void accept(int64_t change) = 0;
};

inline const char* torch_version() { return TORCH_VERSION; }

}  // namespace equipoise
