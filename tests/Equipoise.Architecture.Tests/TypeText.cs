using System.Reflection;
using System.Runtime.CompilerServices;

namespace Equipoise.Architecture.Tests;

/// <summary>Types as C# writes them.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
    };

    /// <summary>The type of a parameter, a result, a property or a field, with what its owner says of nulls and of the names in tuples.</summary>
    internal static string Of(NullabilityInfo info, ICustomAttributeProvider owner) =>
        Of(info, new Queue<string?>(owner.GetCustomAttributes(inherit: false).OfType<TupleElementNamesAttribute>().SelectMany(names => names.TransformNames)));

    private static string Of(NullabilityInfo info, Queue<string?> names)
    {
        Type type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        string text = type.IsArray && info.ElementType is { } element ? $"{Of(element, names)}[{new string(',', type.GetArrayRank() - 1)}]"
            : type.IsGenericType && Nullable.GetUnderlyingType(type) is null && info.GenericTypeArguments.Length > 0 ? Generic(type, Named(type, info.GenericTypeArguments, names))
            : Of(type);
        bool nullable = !type.IsValueType && NullabilityState.Nullable == (info.ReadState == NullabilityState.Unknown ? info.WriteState : info.ReadState);
        return nullable ? text + "?" : text;
    }

    /// <summary>The type.</summary>
    internal static string Of(Type type) => Keywords.TryGetValue(type, out string? keyword) ? keyword
        : type.IsArray ? $"{Of(type.GetElementType()!)}[]"
        : Nullable.GetUnderlyingType(type) is { } value ? $"{Of(value)}?"
        : type.IsGenericType ? Generic(type, type.GetGenericArguments().Select(Of))
        : type.IsNested && !type.IsGenericParameter ? $"{Of(type.DeclaringType!)}.{type.Name}" : type.Name;

    /// <summary>The name with its parameters, without what it is nested in.</summary>
    internal static string Plain(Type type) => type.IsGenericType ? Generic(type, type.GetGenericArguments().Select(Of)) : type.Name;

    /// <summary>The arguments of a type; those of a tuple take their names, which come before the names inside them.</summary>
    private static string[] Named(Type type, NullabilityInfo[] arguments, Queue<string?> names)
    {
        string?[] own = [.. arguments.Select(_ => IsTuple(type) && names.TryDequeue(out string? name) ? name : null)];
        return [.. arguments.Zip(own, (argument, name) => name is null ? Of(argument, names) : $"{Of(argument, names)} {name}")];
    }

    private static bool IsTuple(Type type) => type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal);

    private static string Generic(Type type, IEnumerable<string> arguments) => IsTuple(type)
        ? $"({string.Join(", ", arguments)})"
        : $"{type.Name.Split('`')[0]}<{string.Join(", ", arguments)}>";
}
