using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Equipoise.Torch.Native;

/// <summary>The exports of <c>native/include/equipoise.h</c>, one to one.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "equipoise_native";
    internal const int AbiVersion = 5;

    [LibraryImport(Library)] internal static partial int eq_abi_version();
    [LibraryImport(Library)] internal static partial byte* eq_torch_version();
    [LibraryImport(Library)] internal static partial byte* eq_error_message();
    [LibraryImport(Library)] internal static partial byte* eq_error_trace();
    [LibraryImport(Library)] internal static partial int eq_take_warning(byte** text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int eq_operator_find(string name, string overload, nint* op);
    [LibraryImport(Library)] internal static partial int eq_operator_schema(nint op, byte** text);
    [LibraryImport(Library)]
    internal static partial int eq_operator_call(nint op, NativeValue* arguments, int count, NativeValue** results, int* resultCount);

    [LibraryImport(Library)]
    internal static partial int eq_tensor_from_bytes(void* bytes, long byteCount, int dtype, long* sizes, int dimensions, nint* tensor);
    [LibraryImport(Library)] internal static partial int eq_tensor_empty(int dtype, long* sizes, int dimensions, nint* tensor, void** data);
    [LibraryImport(Library)] internal static partial int eq_tensor_to_bytes(nint tensor, void* bytes, long byteCount);
    [LibraryImport(Library)] internal static partial int eq_tensor_shape(nint tensor, long* sizes, int capacity, int* dimensions);
    [LibraryImport(Library)] internal static partial int eq_tensor_strides(nint tensor, long* strides, int capacity, int* dimensions);
    [LibraryImport(Library)] internal static partial int eq_tensor_info(nint tensor, int* dtype, int* deviceType, int* deviceIndex, int* requiresGrad);
    [LibraryImport(Library)] internal static partial int eq_tensor_set_requires_grad(nint tensor, int on);
    [LibraryImport(Library)] internal static partial int eq_tensor_grad(nint tensor, nint* gradient);
    [LibraryImport(Library)] internal static partial int eq_tensor_set_grad(nint tensor, nint gradient);
    [LibraryImport(Library)] internal static partial int eq_tensor_retain(nint tensor, nint* copy);
    [LibraryImport(Library)] internal static partial void eq_tensor_free(nint tensor);
    [LibraryImport(Library)] internal static partial long eq_tensor_live();

    [LibraryImport(Library)] internal static partial int eq_backward(nint* roots, int count, int retainGraph);
    [LibraryImport(Library)]
    internal static partial int eq_gradients(nint* outputs, int outputCount, nint* inputs, int inputCount, int retainGraph, nint* gradients);
    [LibraryImport(Library)] internal static partial int eq_grad_mode(int enabled, int* previous);

    [LibraryImport(Library)]
    internal static partial int eq_with_backward(
        nint value, nint* inputs, int count, delegate* unmanaged<nint, nint, nint*, int, nint*, int> backward, delegate* unmanaged<nint, void> release, nint context, nint* result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial int eq_module_load(string path, int deviceType, int deviceIndex, nint* module);
    [LibraryImport(Library)] internal static partial void eq_module_free(nint module);
    [LibraryImport(Library)] internal static partial int eq_module_tensor(nint module, int buffers, int index, byte** name, nint* tensor);
    [LibraryImport(Library)] internal static partial int eq_module_train(nint module, int on);
    [LibraryImport(Library)] internal static partial int eq_module_inputs(nint module, int* count);
    [LibraryImport(Library)] internal static partial int eq_module_forward(nint module, nint* inputs, int count, nint* result);
    [LibraryImport(Library)] internal static partial int eq_autocast(int enabled, int deviceType, int dtype);
    [LibraryImport(Library)] internal static partial int eq_sgd_step(NativeSgdItem* items, int count, double momentum, double weightDecay);

    [LibraryImport(Library)]
    internal static partial int eq_trace(
        byte* path, nint* state, byte** stateNames, byte* buffers, int stateCount, nint* inputs, nint* otherInputs, byte** inputNames, int inputCount,
        delegate* unmanaged<nint, nint*, int, nint*, int> callback, nint context);

    [LibraryImport(Library)] internal static partial int eq_generator_new(ulong seed, nint* generator);
    [LibraryImport(Library)] internal static partial int eq_generator_state(nint generator, nint* state);
    [LibraryImport(Library)] internal static partial int eq_generator_set_state(nint generator, nint state);
    [LibraryImport(Library)] internal static partial void eq_generator_free(nint generator);
    [LibraryImport(Library)] internal static partial int eq_seed_default(ulong seed);

    [LibraryImport(Library)] internal static partial int eq_threads(int* count);
    [LibraryImport(Library)] internal static partial int eq_set_threads(int count);
    [LibraryImport(Library)] internal static partial int eq_device_parse(byte* text, int* deviceType, int* deviceIndex);
    [LibraryImport(Library)] internal static partial int eq_device_name(int deviceType, byte** name);
    [LibraryImport(Library)] internal static partial int eq_devices(int deviceType, int* count);
    [LibraryImport(Library)] internal static partial int eq_numerics(int tf32, int deterministic);
    [LibraryImport(Library)] internal static partial int eq_keep_memory();
    [LibraryImport(Library)] internal static partial int eq_blas_library(byte** path);
}
