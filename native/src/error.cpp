#include <c10/util/Exception.h>

#include <cstring>
#include <deque>
#include <mutex>

#include "compat.h"
#include "guard.h"

namespace equipoise {
namespace {

thread_local std::string last_message;
thread_local std::string last_trace;

// libtorch warns into this list instead of stderr; the managed side takes the lines one by one.
class WarningList final : public WarningSink {
  public:
    void accept(const std::string& text) override {
        std::lock_guard<std::mutex> lock(mutex_);
        if (waiting_.size() < 100) waiting_.push_back(text);
    }
    bool take(std::string& text) {
        std::lock_guard<std::mutex> lock(mutex_);
        if (waiting_.empty()) return false;
        text = std::move(waiting_.front());
        waiting_.pop_front();
        return true;
    }

  private:
    std::mutex mutex_;
    std::deque<std::string> waiting_;
};

WarningList& warnings() {
    static WarningList* list = [] {
        auto* fresh = new WarningList();
        set_warning_handler(fresh);
        return fresh;
    }();
    return *list;
}

}  // namespace

eq_status remember(eq_status status, const char* message, const char* trace) noexcept {
    try {
        last_message = message;
        last_trace = trace;
    } catch (...) {  // no memory left for the text: the status alone must do
    }
    return status;
}

eq_status classify(const c10::Error& error) noexcept {
    const char* text = error.what_without_backtrace();
    bool memory = std::strstr(text, "can't allocate memory") != nullptr || std::strstr(text, "out of memory") != nullptr;
    return remember(memory ? EQ_OUT_OF_MEMORY : EQ_ERROR, text, error.what());
}

}  // namespace equipoise

using namespace equipoise;

int32_t eq_abi_version(void) {
    warnings();
    return EQ_ABI_VERSION;
}
const char* eq_torch_version(void) { return torch_version(); }
const char* eq_error_message(void) { return last_message.c_str(); }
const char* eq_error_trace(void) { return last_trace.c_str(); }

eq_status eq_take_warning(const char** text) {
    return guard([&] {
        static thread_local std::string borrowed;
        *text = warnings().take(borrowed) ? borrowed.c_str() : nullptr;
    });
}
