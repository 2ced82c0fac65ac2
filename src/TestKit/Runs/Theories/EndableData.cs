using System.Reflection;
using Xunit;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Theories;

/// <summary>xUnit's sources of rows with a stop between two rows: in place of those of a theory while its rows are read.</summary>
internal static class EndableData
{
    /// <summary>
    /// The settings of the rows, except where they come from; the other properties of an attribute have no setter or are views of these.
    /// </summary>
    private static readonly PropertyInfo[] Settings = [.. typeof(DataAttribute)
        .GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(property =>
            property is { CanRead: true, CanWrite: true, Name: not (nameof(DataAttribute.Explicit) or nameof(DataAttribute.Timeout)) })];

    /// <summary>
    /// Puts them in place. Sources of the tests' own making stay as they are, and so do all where xUnit keeps them otherwise.
    /// </summary>
    /// <param name="stop">Looked at for each row.</param>
    public static void Put(IXunitTestMethod method, CancellationToken stop)
    {
        if (method.DataAttributes is not IDataAttribute[] sources) return;
        for (var index = 0; index < sources.Length; index++)
        {
            sources[index] = sources[index] switch
            {
                MemberDataAttribute member => new Member(member, stop),
                Member member => new Member(member, stop),
                ClassDataAttribute source when IsItself(source) => new OfClass(source, stop),
                var other => other,
            };
        }
    }

    /// <summary>A subclass of the tests' own may read its rows otherwise.</summary>
    private static bool IsItself(ClassDataAttribute source) =>
        source is OfClass || source.GetType() == typeof(ClassDataAttribute)
            || (source.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ClassDataAttribute<>));

    private static void Copy(DataAttribute from, DataAttribute to)
    {
        foreach (var property in Settings) property.SetValue(to, property.GetValue(from));
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class Member : MemberDataAttributeBase
    {
        private readonly CancellationToken _stop;

        public Member(MemberDataAttributeBase source, CancellationToken stop) : base(source.MemberName, source.Arguments)
        {
            (MemberType, DisableDiscoveryEnumeration, _stop) = (source.MemberType, source.DisableDiscoveryEnumeration, stop);
            Copy(source, this);
        }

        protected override ITheoryDataRow ConvertDataRow(object dataRow)
        {
            _stop.ThrowIfCancellationRequested();
            return base.ConvertDataRow(dataRow);
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class OfClass : ClassDataAttribute
    {
        private readonly CancellationToken _stop;

        public OfClass(ClassDataAttribute source, CancellationToken stop) : base(source.Class)
        {
            _stop = stop;
            Copy(source, this);
        }

        protected override ITheoryDataRow ConvertDataRow(object dataRow)
        {
            _stop.ThrowIfCancellationRequested();
            return base.ConvertDataRow(dataRow);
        }
    }
}
