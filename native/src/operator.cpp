#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>

#include <cstring>
#include <mutex>
#include <sstream>
#include <unordered_map>
#include <vector>

#include "compat.h"
#include "guard.h"
#include "handles.h"

namespace equipoise {
namespace {

c10::OperatorHandle* as_operator(eq_operator op) { return reinterpret_cast<c10::OperatorHandle*>(op); }

template <class T>
std::vector<T> copy_list(const eq_value& value) {
    auto* first = static_cast<const T*>(value.pointer);
    return std::vector<T>(first, first + value.count);
}

c10::IValue tensor_list(const eq_value& value) {
    c10::List<at::Tensor> list;
    auto* handles = static_cast<const eq_tensor*>(value.pointer);
    for (int32_t i = 0; i < value.count; ++i) list.push_back(borrow(handles[i]));
    return list;
}

c10::IValue optional_tensor_list(const eq_value& value) {
    c10::List<Optional<at::Tensor>> list;
    auto* handles = static_cast<const eq_tensor*>(value.pointer);
    for (int32_t i = 0; i < value.count; ++i)
        list.push_back(handles[i] == nullptr ? Optional<at::Tensor>() : Optional<at::Tensor>(borrow(handles[i])));
    return list;
}

c10::IValue bool_list(const eq_value& value) {
    c10::List<bool> list;
    auto* first = static_cast<const uint8_t*>(value.pointer);
    for (int32_t i = 0; i < value.count; ++i) list.push_back(first[i] != 0);
    return list;
}

c10::IValue to_ivalue(const eq_value& value, const c10::Argument& argument) {
    switch (value.tag) {
        case EQ_NONE: return c10::IValue();
        case EQ_TENSOR: return borrow(static_cast<eq_tensor>(const_cast<void*>(value.pointer)));
        case EQ_INT: return value.integer;
        case EQ_DOUBLE: return value.number;
        case EQ_BOOL: return value.integer != 0;
        case EQ_INT_LIST: return copy_list<int64_t>(value);
        case EQ_DOUBLE_LIST: return copy_list<double>(value);
        case EQ_TENSOR_LIST: return tensor_list(value);
        case EQ_OPTIONAL_TENSOR_LIST: return optional_tensor_list(value);
        case EQ_BOOL_LIST: return bool_list(value);
        case EQ_STRING: return std::string(static_cast<const char*>(value.pointer), value.count);
        case EQ_GENERATOR: return borrow(static_cast<eq_generator>(const_cast<void*>(value.pointer)));
        case EQ_DEVICE:
            return c10::Device(static_cast<c10::DeviceType>(value.count), static_cast<c10::DeviceIndex>(value.integer));
        case EQ_DEFAULT:
            TORCH_CHECK_VALUE(argument.default_value().has_value(), "argument '", argument.name(), "' has no default");
            return *argument.default_value();
        default: TORCH_CHECK_TYPE(false, "unknown tag ", value.tag, " for argument '", argument.name(), "'");
    }
}

void append(std::vector<eq_value>& results, const c10::IValue& value) {
    eq_value out{};
    if (value.isTensor()) {
        out.tag = EQ_TENSOR;
        out.pointer = give(value.toTensor());
        if (out.pointer == nullptr) out.tag = EQ_NONE;
    } else if (value.isTensorList()) {
        for (const at::Tensor& tensor : value.toTensorVector()) append(results, tensor);
        return;
    } else if (value.isInt()) {
        out.tag = EQ_INT;
        out.integer = value.toInt();
    } else if (value.isDouble()) {
        out.tag = EQ_DOUBLE;
        out.number = value.toDouble();
    } else if (value.isBool()) {
        out.tag = EQ_BOOL;
        out.integer = value.toBool() ? 1 : 0;
    } else if (value.isScalar()) {
        out.tag = EQ_DOUBLE;
        out.number = value.toScalar().toDouble();
    } else {
        TORCH_CHECK_TYPE(value.isNone(), "a result of type ", value.tagKind(), " cannot cross");
    }
    results.push_back(out);
}

}  // namespace
}  // namespace equipoise

using namespace equipoise;

eq_status eq_operator_find(const char* name, const char* overload, eq_operator* out) {
    return guard([&] {
        auto found = c10::Dispatcher::singleton().findSchema({name, overload});
        if (!found.has_value()) throw UnknownOperator(std::string("no operator ") + name + "." + overload);
        *out = reinterpret_cast<eq_operator>(new c10::OperatorHandle(*found));  // kept for the life of the process
    });
}

eq_status eq_operator_schema(eq_operator op, const char** text) {
    return guard([&] {
        static thread_local std::string borrowed;
        std::ostringstream stream;
        stream << as_operator(op)->schema();
        borrowed = stream.str();
        *text = borrowed.c_str();
    });
}

eq_status eq_operator_call(eq_operator op, const eq_value* arguments, int32_t count, const eq_value** results,
                           int32_t* result_count) {
    static thread_local std::vector<eq_value> borrowed;
    return guard([&] {
        const c10::OperatorHandle& handle = *as_operator(op);
        const auto& schema = handle.schema().arguments();
        TORCH_CHECK_VALUE(static_cast<size_t>(count) <= schema.size(), handle.schema().name(), " takes at most ",
                          schema.size(), " arguments, not ", count);
        static thread_local torch::jit::Stack spare; /* its memory serves call after call; a call within a call finds it empty */
        torch::jit::Stack stack = std::move(spare);
        stack.clear();
        stack.reserve(schema.size() + 2);
        for (int32_t i = 0; i < count; ++i) stack.push_back(to_ivalue(arguments[i], schema[i]));
        for (size_t i = count; i < schema.size(); ++i) {
            TORCH_CHECK_VALUE(schema[i].default_value().has_value(), handle.schema().name(), ": argument '",
                              schema[i].name(), "' is missing and has no default");
            stack.push_back(*schema[i].default_value());
        }
        handle.callBoxed(&stack);
        borrowed.clear();
        for (const c10::IValue& value : stack) append(borrowed, value);
        *results = borrowed.data();
        *result_count = static_cast<int32_t>(borrowed.size());
        stack.clear();
        spare = std::move(stack);
    });
}
