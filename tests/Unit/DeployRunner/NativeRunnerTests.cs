using System.Xml.Linq;
using ChainBridge.Tests.Unit.House;
using FluentAssertions;
using Octokit;
using Xunit;

namespace ChainBridge.Tests.Unit.DeployRunner;

/// <summary>What the runner compiled to native code needs to be told, because the compiler cannot see it.</summary>
public sealed class NativeRunnerTests
{
    [Fact]
    public void Every_value_that_Octokit_makes_by_reflection_of_an_answer_is_named_to_the_compiler()
    {
        var named = XDocument.Load(Path.Combine(Repository.Root, "src/DeployRunner/Octokit.rd.xml")).Descendants("Type")
            .Select(type => type.Attribute("Name")!.Value);
        // Those of the framework's own types are there without: the runner's code uses them itself.
        var made = Values(typeof(CheckRunsResponse), typeof(CommitStatus), typeof(Issue), typeof(Deployment), typeof(DeploymentStatus))
            .Where(type => $"{type}".Contains("Octokit.", StringComparison.Ordinal)).Select(Name).ToList();
        made.Should().Contain("Octokit.StringEnum`1[[Octokit.CheckStatus, Octokit]]");
        named.Should().BeEquivalentTo(made);
    }

    private static IEnumerable<Type> Values(params Type[] answers)
    {
        var (seen, open) = (new HashSet<Type>(), new Queue<Type>(answers));
        while (open.TryDequeue(out var type))
        {
            if (!seen.Add(type)) continue;
            foreach (var part in type.GetGenericArguments()) open.Enqueue(part);
            if (type.IsGenericType || type.IsEnum || type.Assembly != typeof(Issue).Assembly) continue;
            foreach (var property in type.GetProperties()) open.Enqueue(property.PropertyType);
        }

        return seen.Where(type => type is { IsGenericType: true, IsValueType: true });
    }

    private static string Name(Type type) => !type.IsGenericType ? type.FullName! : $"{type.Namespace}.{type.Name}"
        + $"[{string.Join(',', type.GetGenericArguments().Select(part => $"[{Name(part)}, {part.Assembly.GetName().Name}]"))}]";
}
