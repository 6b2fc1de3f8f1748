using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Equipoise.Architecture.Tests;

/// <summary>What an assembly shows to others, as C#: types in their order by name, members below them.</summary>
internal static class PublicApi
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static IEnumerable<string> Lines(Assembly assembly) =>
        assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(type => Members(type).Select(member => $"    {member}").Prepend(Declaration(type)));

    private static string Declaration(Type type)
    {
        string name = $"{(type.DeclaringType is { } outer ? TypeText.Of(outer) : type.Namespace)}.{TypeText.Plain(type)}";
        if (type.IsEnum) return $"enum {name}";
        if (IsDelegate(type)) return $"delegate {name}{Call(type.GetMethod("Invoke")!)}";
        string modifiers = type.IsInterface ? "" : type.IsAbstract && type.IsSealed ? "static " : type is { IsAbstract: true } ? "abstract " : type is { IsSealed: true, IsValueType: false } ? "sealed " : "";
        string kind = type.IsInterface ? "interface" : type.IsValueType ? "struct" : type.GetMethod("<Clone>$") is null ? "class" : "record";
        string[] bases = [.. new[] { type.BaseType }.Where(parent => parent is not null && parent != typeof(object) && parent != typeof(ValueType))
            .Concat(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(one => one.IsPublic && !one.IsGenericType).OrderBy(one => one.Name, StringComparer.Ordinal))
            .Select(parent => TypeText.Of(parent!))];
        return $"{modifiers}{kind} {name}{(bases.Length > 0 ? $" : {string.Join(", ", bases)}" : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (IsDelegate(type)) return [];
        if (type.IsEnum) return Enum.GetNames(type).Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}"));
        return type.GetMembers(All).Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute))).Select(Describe).OfType<string>().Order(StringComparer.Ordinal);
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor when IsSeen(constructor) => $"{Access(constructor)}new{Parameters(constructor)}",
        MethodInfo { IsSpecialName: false } method when IsSeen(method) => $"{Modifiers(method)}{method.Name}{Generic(method)}{Call(method)}",
        MethodInfo { IsSpecialName: true } method when IsSeen(method) && method.Name.StartsWith("op_", StringComparison.Ordinal) => $"{Modifiers(method)}{method.Name}{Call(method)}",
        PropertyInfo property when property.GetAccessors(nonPublic: true).FirstOrDefault(IsSeen) is { } accessor => Property(property, accessor),
        FieldInfo field when field.IsPublic || field.IsFamily => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{field.Name}: {TypeText.Of(new NullabilityInfoContext().Create(field), field)}{(field.IsLiteral ? $" = {Value(field.GetRawConstantValue())}" : "")}",
        _ => null,
    };

    private static string Property(PropertyInfo property, MethodInfo accessor)
    {
        string index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Parameter))}]" : "";
        string set = property.SetMethod is not { } setter || !IsSeen(setter) ? "" : setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";
        string get = property.GetMethod is { } getter && IsSeen(getter) ? " get;" : "";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Modifiers(accessor)}{required}{property.Name}{index}: {TypeText.Of(new NullabilityInfoContext().Create(property), property)} {{{get}{set} }}";
    }

    private static string Call(MethodInfo method) => $"{Parameters(method)}: {TypeText.Of(new NullabilityInfoContext().Create(method.ReturnParameter), method.ReturnParameter)}";

    private static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeText.Of))}>" : "";

    private static string Parameters(MethodBase method) => $"({string.Join(", ", method.GetParameters().Select(Parameter))})";

    private static string Parameter(ParameterInfo parameter)
    {
        string modifier = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "";
        string fallback = parameter.HasDefaultValue ? $" = {Fallback(parameter)}" : "";
        return $"{modifier}{TypeText.Of(new NullabilityInfoContext().Create(parameter), parameter)} {parameter.Name}{fallback}";
    }

    private static string Fallback(ParameterInfo parameter) => parameter switch
    {
        { ParameterType.IsEnum: true } => Enum.GetName(parameter.ParameterType, parameter.RawDefaultValue!) ?? Value(parameter.RawDefaultValue),
        { RawDefaultValue: null, ParameterType.IsValueType: true } when Nullable.GetUnderlyingType(parameter.ParameterType) is null => "default",
        _ => Value(parameter.RawDefaultValue),
    };

    private static string Value(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Modifiers(MethodInfo method) => Access(method) + (method.DeclaringType!.IsInterface ? ""
        : method.IsStatic ? "static "
        : method.GetBaseDefinition() != method ? "override "
        : method.IsAbstract ? "abstract "
        : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static bool IsSeen(MethodBase method) => method.IsPublic || (!method.DeclaringType!.IsSealed && (method.IsFamily || method.IsFamilyOrAssembly));

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));
}
