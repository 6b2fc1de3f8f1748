// Everything that differs between libtorch 1.13 and 2.x, in one file.
#pragma once
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
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

inline const char* torch_version() { return TORCH_VERSION; }

}  // namespace equipoise
