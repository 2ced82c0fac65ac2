using System.Reflection;
using System.Reflection.Emit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>
/// What a type uses, read from its compiled metadata and instructions: no way of writing it in the source hides a use.
/// The one exception are constants, whose values the compiler copies.
/// </summary>
internal static class CompiledUses
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>All types that the type, and the ones nested in it (state machines, closures), name or whose members they use.</summary>
    public static IReadOnlySet<Type> Types(Type type)
    {
        var found = new HashSet<Type>();
        Collect(type, found);
        return found;
    }

    /// <summary>All methods that the type and the ones nested in it call.</summary>
    public static IReadOnlySet<MethodBase> Calls(Type type) => Bodies(type).SelectMany(Members).OfType<MethodBase>().ToHashSet();

    private static void Collect(Type type, HashSet<Type> found)
    {
        Add(type.BaseType, found);
        foreach (var contract in type.GetInterfaces()) Add(contract, found);
        foreach (var argument in type.GetGenericArguments()
            .SelectMany(argument => argument.IsGenericParameter ? argument.GetGenericParameterConstraints() : [])) Add(argument, found);
        Attributes(type.GetCustomAttributesData(), found);
        foreach (var member in type.GetMembers(All))
        {
            Attributes(member.GetCustomAttributesData(), found);
            if (member is FieldInfo field) Add(field.FieldType, found);
            else if (member is PropertyInfo property) Add(property.PropertyType, found);
            else if (member is EventInfo happening) Add(happening.EventHandlerType, found);
            else if (member is MethodBase method) Signature(method, found);
            else if (member is Type nested) Collect(nested, found);
        }

        foreach (var method in type.GetMembers(All).OfType<MethodBase>())
        {
            if (method.GetMethodBody() is not { } body) continue;
            foreach (var local in body.LocalVariables) Add(local.LocalType, found);
            foreach (var clause in body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause))
                Add(clause.CatchType, found);
            foreach (var member in Members(method))
                if (member is Type used) Add(used, found);
                else
                {
                    Add(member.DeclaringType, found);
                    if (member is MethodBase called) Signature(called, found);
                    else if (member is FieldInfo read) Add(read.FieldType, found);
                }
        }
    }

    private static void Signature(MethodBase method, HashSet<Type> found)
    {
        foreach (var parameter in method.GetParameters()) Add(parameter.ParameterType, found);
        if (method is MethodInfo { ReturnType: var answer }) Add(answer, found);
        if (method.IsGenericMethod)
            foreach (var argument in method.GetGenericArguments()) Add(argument, found);
    }

    private static void Attributes(IEnumerable<CustomAttributeData> attributes, HashSet<Type> found)
    {
        foreach (var attribute in attributes)
        {
            Add(attribute.AttributeType, found);
            foreach (var argument in attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.TypedValue)))
                Add(argument.Value as Type, found);
        }
    }

    private static void Add(Type? type, HashSet<Type> found)
    {
        if (type is null || type.IsGenericParameter) return;
        if (type.HasElementType) Add(type.GetElementType(), found);
        else if (found.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type) || type.IsGenericType)
            foreach (var argument in type.GetGenericArguments()) Add(argument, found);
    }

    private static IEnumerable<MethodBase> Bodies(Type type) =>
        type.GetMembers(All).OfType<MethodBase>().Concat(type.GetNestedTypes(All).SelectMany(Bodies));

    /// <summary>Types, fields and methods that the method's instructions name.</summary>
    private static IEnumerable<MemberInfo> Members(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code) yield break;
        var (typeArguments, methodArguments) = (method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod
            ? method.GetGenericArguments()
            : null);
        for (var at = 0; at < code.Length;)
        {
            var value = code[at++] is var first && first == 0xFE ? 0xFE00 | code[at++] : first;
            var operand = Codes[value].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }
}
