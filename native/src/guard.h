// The error boundary: nothing thrown by libtorch or the standard library passes it.
#pragma once
#include <c10/util/Exception.h>

#include <exception>
#include <new>
#include <string>

#include "equipoise.h"

namespace equipoise {

struct UnknownOperator : std::exception {
    std::string text;
    explicit UnknownOperator(std::string t) : text(std::move(t)) {}
    const char* what() const noexcept override { return text.c_str(); }
};

eq_status remember(eq_status status, const char* message, const char* trace) noexcept;
eq_status classify(const c10::Error& error) noexcept;

template <class Body>
eq_status guard(Body&& body) noexcept {
    try {
        body();
        return EQ_OK;
    } catch (const UnknownOperator& e) {
        return remember(EQ_UNKNOWN_OPERATOR, e.what(), "");
    } catch (const c10::IndexError& e) {
        return remember(EQ_INDEX, e.what_without_backtrace(), e.what());
    } catch (const c10::ValueError& e) {
        return remember(EQ_VALUE, e.what_without_backtrace(), e.what());
    } catch (const c10::TypeError& e) {
        return remember(EQ_TYPE, e.what_without_backtrace(), e.what());
    } catch (const c10::NotImplementedError& e) {
        return remember(EQ_NOT_IMPLEMENTED, e.what_without_backtrace(), e.what());
    } catch (const c10::LinAlgError& e) {
        return remember(EQ_LINALG, e.what_without_backtrace(), e.what());
    } catch (const c10::Error& e) {
        return classify(e);
    } catch (const std::bad_alloc&) {
        return remember(EQ_OUT_OF_MEMORY, "out of memory", "");
    } catch (const std::exception& e) {
        return remember(EQ_FOREIGN, e.what(), "");
    } catch (...) {
        return remember(EQ_FOREIGN, "an exception of unknown type", "");
    }
}

}  // namespace equipoise
