using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>The rules of the house that a machine can check. Each rule is a function over texts or types, proved on a breach of its own.</summary>
public sealed partial class HouseTests
{
    private static readonly string[] Assemblies = ["ChainBridge.TestKit", "ChainBridge.TestKit.Assertions", "deployrunner", "ChainBridge.LocalServers"];

    [Fact]
    public void TestKit_and_DeployRunner_do_not_know_each_other()
    {
        References("ChainBridge.TestKit").Should().NotContain("deployrunner");
        References("deployrunner").Should().NotContain("ChainBridge.TestKit");
        References("deployrunner").Should().Contain("YamlDotNet", "the reading of references works at all");
    }

    [Theory]
    [InlineData("src/DeployRunner/Commands")]
    [InlineData("src/DeployRunner/Manifest")]
    public void Commands_and_Manifest_reference_nothing_of_ours(string folder)
    {
        var own = $"ChainBridge.{folder.Split('/')[1]}.{folder.Split('/')[2]}";
        Sources(folder).SelectMany(source => ForeignNames(source.Text, own).Select(name => $"{source.Path}: {name}")).Should().BeEmpty();
        ForeignNames("using ChainBridge.DeployRunner.Targets;", own).Should().ContainSingle();
    }

    [Fact]
    public void Only_Program_sets_the_exit_code()
    {
        Sources("src/DeployRunner").Where(source => !source.Path.EndsWith("/Program.cs", StringComparison.Ordinal) && SetsExitCode().IsMatch(source.Text))
            .Select(source => source.Path).Should().BeEmpty();
        SetsExitCode().IsMatch("Environment.Exit(3);").Should().BeTrue();
    }

    [Fact]
    public void Flows_reach_hosts_only_through_the_target()
    {
        Sources("src/DeployRunner/Flows").Where(source => ReachesOut().IsMatch(source.Text)).Select(source => source.Path).Should().BeEmpty();
        ReachesOut().IsMatch("new HttpClient()").Should().BeTrue();
    }

    [Fact]
    public void No_static_holds_state()
    {
        Assemblies.SelectMany(Types).SelectMany(MutableStatics).Should().BeEmpty();
        MutableStatics(typeof(Breach)).Should().ContainSingle();
    }

    [Fact]
    public void Every_public_async_method_takes_a_cancellation_token()
    {
        Assemblies.SelectMany(Types).SelectMany(AsyncWithoutToken).Should().BeEmpty();
        AsyncWithoutToken(typeof(Breach)).Should().ContainSingle();
    }

    [Fact]
    public void Clocks_are_banned_and_the_ban_is_enforced()
    {
        File.ReadAllText(Path.Combine(Repository.Root, "BannedSymbols.txt")).Should().Contain("P:System.DateTimeOffset.UtcNow").And.Contain("P:System.DateTime.UtcNow").And.Contain("M:System.Threading.Thread.Sleep");
        File.ReadAllText(Path.Combine(Repository.Root, ".editorconfig")).Should().Contain("dotnet_diagnostic.RS0030.severity = error");
        Sources("src").Concat(Sources("tests")).Where(source => Pragma().IsMatch(source.Text)).Select(source => source.Path).Should().BeEmpty("a pragma would lift the ban in one place");
    }

    [Fact]
    public void Every_suite_links_the_one_xunit_runner_json()
    {
        var props = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"));
        props.Descendants("Content").Should().Contain(content => content.Attribute("Include")!.Value.EndsWith("xunit.runner.json", StringComparison.Ordinal));
        var suites = Directory.GetDirectories(Path.Combine(Repository.Root, "tests")).SelectMany(folder => Directory.GetFiles(folder, "*.csproj"))
            .Where(path => File.ReadAllText(path).Contains("xunit", StringComparison.Ordinal)).ToList();
        suites.Should().NotBeEmpty();
        suites.Where(path => !File.ReadAllText(path).Contains("<IsTestSuite>true</IsTestSuite>", StringComparison.Ordinal)).Should().BeEmpty();
        Directory.GetFiles(Repository.Root, "xunit.runner.json", SearchOption.AllDirectories).Where(path => !InOutput(path)).Should().ContainSingle();
    }

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        Sources("src").Concat(Sources("tests")).Concat(Sources("samples")).Concat(Sources("bench"))
            .Where(source => source.Text.Count(character => character == '\n') > 300).Select(source => source.Path).Should().BeEmpty();

    private static IEnumerable<string> References(string assembly) => Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);

    private static IEnumerable<Type> Types(string assembly) =>
        Assembly.Load(assembly).GetTypes().Where(type => type.Namespace?.StartsWith("ChainBridge", StringComparison.Ordinal) == true && !IsGenerated(type));

    private static IEnumerable<string> MutableStatics(Type type) => type
        .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(field => field is { IsInitOnly: false, IsLiteral: false } && !field.Name.Contains('<', StringComparison.Ordinal))
        .Select(field => $"{type.FullName}.{field.Name}");

    private static IEnumerable<string> AsyncWithoutToken(Type type) => !(type.IsVisible || type == typeof(Breach)) ? [] : type
        .GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Where(method => method.ReturnType.IsAssignableTo(typeof(Task)) && !IsGiven(type, method) && method.GetParameters().All(parameter => parameter.ParameterType != typeof(CancellationToken)))
        .Select(method => $"{type.FullName}.{method.Name}");

    /// <summary>A shape that somebody else's interface or base class dictates.</summary>
    private static bool IsGiven(Type type, MethodInfo method) => method.GetBaseDefinition().DeclaringType != type
        || (!type.IsInterface && type.GetInterfaces().Where(contract => contract.Namespace?.StartsWith("ChainBridge", StringComparison.Ordinal) != true)
            .SelectMany(contract => type.GetInterfaceMap(contract).TargetMethods).Contains(method));

    private static IEnumerable<string> ForeignNames(string text, string own) =>
        Ours().Matches(text).Select(match => match.Value).Where(name => name != own && !name.StartsWith(own + ".", StringComparison.Ordinal));

    private static IEnumerable<(string Path, string Text)> Sources(string folder)
    {
        var full = Path.Combine(Repository.Root, folder);
        return !Directory.Exists(full) ? [] : Directory.GetFiles(full, "*.cs", SearchOption.AllDirectories).Where(path => !InOutput(path))
            .Select(path => (Path.GetRelativePath(Repository.Root, path), File.ReadAllText(path)));
    }

    private static bool InOutput(string path) => path.Contains("/bin/", StringComparison.Ordinal) || path.Contains("/obj/", StringComparison.Ordinal) || path.Contains("/.chainbridge/", StringComparison.Ordinal);

    private static bool IsGenerated(MemberInfo type) => type.Name.Contains('<', StringComparison.Ordinal)
        || type.GetCustomAttributes().Any(attribute => attribute.GetType().Name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute")
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    [GeneratedRegex(@"Environment\s*\.\s*(Exit\s*\(|ExitCode\s*=)")]
    private static partial Regex SetsExitCode();

    [GeneratedRegex(@"\b(HttpClient|Socket|TcpClient|Process\.Start|Cli\.Wrap|CliWrap)\b")]
    private static partial Regex ReachesOut();

    [GeneratedRegex(@"^\s*#pragma warning", RegexOptions.Multiline)]
    private static partial Regex Pragma();

    [GeneratedRegex(@"\bChainBridge\.(DeployRunner|TestKit|Edge|LocalServers)(\.[A-Z]\w*)?(?=[;.\s])")]
    private static partial Regex Ours();

    private static class Breach
    {
        private static int _count;

        public static Task CountAsync() => Task.FromResult(_count++);
    }
}
