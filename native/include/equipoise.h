/* The one contract between C# and libtorch: C only, status codes, a 16-byte value, borrowed error text.
 *
 * Every function returns an eq_status and never throws. Results go to out-parameters, written only on success.
 * Tensors and generators cross as owned references (eq_tensor_free, eq_generator_free give them back); everything
 * else is borrowed for the duration of the call. */
#pragma once
#include <stdint.h>

#ifdef __cplusplus
#define EQ_API extern "C" __attribute__((visibility("default")))
#else
#define EQ_API __attribute__((visibility("default")))
#endif

#define EQ_ABI_VERSION 5

typedef int32_t eq_status;
enum {
    EQ_OK = 0,
    EQ_ERROR = 1,           /* any other error of libtorch */
    EQ_INDEX = 2,           /* an index out of range */
    EQ_VALUE = 3,           /* a value that the operator refuses */
    EQ_TYPE = 4,            /* an argument of the wrong type */
    EQ_NOT_IMPLEMENTED = 5, /* no kernel for these arguments */
    EQ_LINALG = 6,          /* a decomposition failed */
    EQ_OUT_OF_MEMORY = 7,
    EQ_UNKNOWN_OPERATOR = 8,
    EQ_FOREIGN = 9 /* an exception that is not libtorch's */
};

typedef struct eq_tensor_impl* eq_tensor;
typedef struct eq_generator_impl* eq_generator;
typedef struct eq_operator_impl* eq_operator;
typedef struct eq_module_impl* eq_module;

enum {
    EQ_NONE = 0,
    EQ_TENSOR = 1,
    EQ_INT = 2,
    EQ_DOUBLE = 3,
    EQ_BOOL = 4,
    EQ_INT_LIST = 5,
    EQ_DOUBLE_LIST = 6,
    EQ_TENSOR_LIST = 7,
    EQ_OPTIONAL_TENSOR_LIST = 8,
    EQ_STRING = 9, /* UTF-8 bytes, length in count */
    EQ_GENERATOR = 10,
    EQ_DEFAULT = 11, /* the schema's default for this argument */
    EQ_DEVICE = 12,  /* device type in count, index in integer */
    EQ_BOOL_LIST = 13
};

typedef struct {
    int32_t tag;
    int32_t count; /* elements of a list, bytes of a string */
    union {
        int64_t integer;
        double number;
        const void* pointer;
    };
} eq_value;

/* version and errors */
EQ_API int32_t eq_abi_version(void);
EQ_API const char* eq_torch_version(void);
EQ_API const char* eq_error_message(void); /* of this thread's last failing call; valid until the next one */
EQ_API const char* eq_error_trace(void);
EQ_API eq_status eq_take_warning(const char** text); /* null when none waits; borrowed until the next call */

/* operators: looked up once by name and overload, called through the boxed dispatcher */
EQ_API eq_status eq_operator_find(const char* name, const char* overload, eq_operator* out);
EQ_API eq_status eq_operator_schema(eq_operator op, const char** text);
EQ_API eq_status eq_operator_call(eq_operator op, const eq_value* arguments, int32_t count, const eq_value** results,
                                  int32_t* result_count);

/* tensors */
EQ_API eq_status eq_tensor_from_bytes(const void* bytes, int64_t byte_count, int32_t dtype, const int64_t* sizes,
                                      int32_t dimensions, eq_tensor* out);
EQ_API eq_status eq_tensor_empty(int32_t dtype, const int64_t* sizes, int32_t dimensions, eq_tensor* out,
                                 void** data); /* uninitialised; data as long as the tensor lives */
EQ_API eq_status eq_tensor_to_bytes(eq_tensor tensor, void* bytes, int64_t byte_count);
EQ_API eq_status eq_tensor_shape(eq_tensor tensor, int64_t* sizes, int32_t capacity, int32_t* dimensions);
EQ_API eq_status eq_tensor_strides(eq_tensor tensor, int64_t* strides, int32_t capacity, int32_t* dimensions);
EQ_API eq_status eq_tensor_info(eq_tensor tensor, int32_t* dtype, int32_t* device_type, int32_t* device_index, int32_t* requires_grad);
EQ_API eq_status eq_tensor_set_requires_grad(eq_tensor tensor, int32_t on);
EQ_API eq_status eq_tensor_grad(eq_tensor tensor, eq_tensor* out); /* null where there is none */
EQ_API eq_status eq_tensor_set_grad(eq_tensor tensor, eq_tensor grad_or_null);
EQ_API eq_status eq_tensor_retain(eq_tensor tensor, eq_tensor* out);
EQ_API void eq_tensor_free(eq_tensor tensor);
EQ_API int64_t eq_tensor_live(void);

/* autograd */
EQ_API eq_status eq_backward(const eq_tensor* roots, int32_t count, int32_t retain_graph);
EQ_API eq_status eq_gradients(const eq_tensor* outputs, int32_t output_count, const eq_tensor* inputs,
                              int32_t input_count, int32_t retain_graph, eq_tensor* gradients);
EQ_API eq_status eq_grad_mode(int32_t enabled, int32_t* previous);

/* A value whose gradient is computed by the caller, from the inputs that are kept (and checked to be unchanged): `backward` gets
 * references to the value's gradient and the inputs, and gives owned references, null where there is no gradient; it returns 0.
 * `release` ends the context, on whichever thread the last reference to the value goes. */
typedef int32_t (*eq_backward_callback)(void* context, eq_tensor gradient, const eq_tensor* inputs, int32_t count, eq_tensor* gradients);
typedef void (*eq_release_callback)(void* context);
EQ_API eq_status eq_with_backward(eq_tensor value, const eq_tensor* inputs, int32_t count, eq_backward_callback backward,
                                  eq_release_callback release, void* context, eq_tensor* out);

/* TorchScript modules: parameters and buffers share memory with the module; names are borrowed until the next call */
EQ_API eq_status eq_module_load(const char* path, int32_t device_type, int32_t device_index, eq_module* out);
EQ_API void eq_module_free(eq_module module);
EQ_API eq_status eq_module_tensor(eq_module module, int32_t buffers, int32_t index, const char** name, eq_tensor* out); /* null at the end */
EQ_API eq_status eq_module_train(eq_module module, int32_t on);
EQ_API eq_status eq_module_inputs(eq_module module, int32_t* count); /* how many arguments forward takes */
EQ_API eq_status eq_module_forward(eq_module module, const eq_tensor* inputs, int32_t count, eq_tensor* out);
/* half precision in the operators that gain by it, on this thread and on devices of one type; turning it off forgets the converted weights */
EQ_API eq_status eq_autocast(int32_t enabled, int32_t device_type, int32_t dtype);

/* one step of SGD for many parameters: d = g + decay*p; v = momentum*v + d (the first v is d); p -= rate*v */
typedef struct {
    eq_tensor parameter;
    eq_tensor gradient;
    eq_tensor velocity; /* laid out as the parameter; null without momentum */
    double rate;
    int32_t fresh; /* whether the velocity holds nothing yet */
} eq_sgd_item;
EQ_API eq_status eq_sgd_step(const eq_sgd_item* items, int32_t count, double momentum, double weight_decay);

/* Records what `callback` does with a batch, and again with a batch of another size, and saves it as a TorchScript program that takes
 * batches of any size. The callback gets references to the inputs (its own to end) and gives an owned reference; it returns 0. */
typedef int32_t (*eq_trace_callback)(void* context, const eq_tensor* inputs, int32_t count, eq_tensor* output);
EQ_API eq_status eq_trace(const char* path, const eq_tensor* state, const char* const* state_names, const uint8_t* buffers, int32_t state_count,
                          const eq_tensor* inputs, const eq_tensor* other_inputs, const char* const* input_names, int32_t input_count,
                          eq_trace_callback callback, void* context);

/* random generators (CPU) */
EQ_API eq_status eq_generator_new(uint64_t seed, eq_generator* out);
EQ_API eq_status eq_generator_state(eq_generator generator, eq_tensor* out);
EQ_API eq_status eq_generator_set_state(eq_generator generator, eq_tensor state);
EQ_API void eq_generator_free(eq_generator generator);
EQ_API eq_status eq_seed_default(uint64_t seed);

/* machine */
EQ_API eq_status eq_threads(int32_t* count);
EQ_API eq_status eq_set_threads(int32_t count);
EQ_API eq_status eq_device_parse(const char* text, int32_t* device_type, int32_t* device_index); /* "cpu", "cuda:1"; index -1 where none is named */
EQ_API eq_status eq_device_name(int32_t device_type, const char** name); /* "cpu", "cuda"; borrowed until the next call */
EQ_API eq_status eq_devices(int32_t device_type, int32_t* count); /* how many devices of a type there are */
EQ_API eq_status eq_numerics(int32_t tf32, int32_t deterministic); /* what devices may trade for speed; neither is traded by default */
EQ_API eq_status eq_keep_memory(void); /* freed memory stays with the process for the next tensors */
EQ_API eq_status eq_blas_library(const char** path);
