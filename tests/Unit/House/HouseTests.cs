using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>
/// The rules of the house that a machine can check. Each rule is a function over compiled types or texts, and is tried on a planted
/// breach in <c>Breaches.cs</c>.
/// </summary>
public sealed partial class HouseTests
{
    private const string Engine = "ChainBridge.Engine";
    private const string Tool = "deployrunner";

    internal static readonly string[] Assemblies =
        ["ChainBridge.TestKit", "ChainBridge.TestKit.Assertions", Engine, Tool, "ChainBridge.LocalServers", "ChainBridge.Machine",
        "ChainBridge.TestKit.Load", "ChainBridge.TestKit.Load.Tool", "ChainBridge.Statistics"];

    public static TheoryData<Type> ForeignUses => Breaches("Commands", except: typeof(Planted.Commands.Pure));

    public static TheoryData<Type> States => Breaches("State");

    public static TheoryData<Type> Tokenless => Breaches("Async");

    [Theory]
    [InlineData(Engine)]
    [InlineData(Tool)]
    public void TestKit_and_the_runner_do_not_know_each_other(string runner)
    {
        Knows("ChainBridge.TestKit", runner).Should().BeFalse();
        Knows(runner, "ChainBridge.TestKit").Should().BeFalse();
        // This assembly references both.
        Knows("ChainBridge.Tests.Unit", runner).Should().BeTrue();
        Knows("ChainBridge.Tests.Unit", "ChainBridge.TestKit").Should().BeTrue();
    }

    [Fact]
    public void The_engine_does_not_know_the_tool()
    {
        Knows(Engine, Tool).Should().BeFalse();
        Knows(Tool, Engine).Should().BeTrue();
    }

    [Theory]
    [InlineData("Commands")]
    [InlineData("Model")]
    public void Commands_and_Model_reference_nothing_of_ours(string folder) => ForeignOf($"{Engine}.{folder}").Should().BeEmpty();

    [Fact]
    public void Manifest_references_nothing_of_ours_but_Model() =>
        ForeignOf($"{Engine}.Manifest", but: $"{Engine}.Model").Should().BeEmpty();

    [Theory]
    [MemberData(nameof(ForeignUses))]
    public void A_use_of_ours_is_found_however_it_is_written(Type breach) => Foreign(breach, "ChainBridge.Planted.Commands")
        .Should().OnlyContain(name => name.StartsWith("ChainBridge.Planted.Targets.", StringComparison.Ordinal)).And.NotBeEmpty();

    [Fact]
    public void A_type_that_uses_nothing_of_ours_is_no_breach() =>
        Foreign(typeof(Planted.Commands.Pure), "ChainBridge.Planted.Commands").Should().BeEmpty();

    [Fact]
    public void Only_Program_sets_the_exit_code() =>
        new[] { Engine, Tool }.SelectMany(assembly => Assembly.Load(assembly).GetTypes())
            .Where(type => type.DeclaringType is null && type.Name is not "Program")
            .SelectMany(EndsTheProcess).Should().BeEmpty();

    [Theory]
    [InlineData(typeof(Planted.Other.Ends), "Exit")]
    [InlineData(typeof(Planted.Other.SetsCode), "set_ExitCode")]
    [InlineData(typeof(Planted.Other.Dies), "FailFast")]
    public void A_type_that_sets_the_exit_code_is_found(Type breach, string call) =>
        EndsTheProcess(breach).Should().ContainSingle().Which.Should().EndWith(call);

    /// <summary>What is printed and what a process ends with is the tool's.</summary>
    [Fact]
    public void The_engine_knows_neither_the_console_nor_exit_codes()
    {
        Types(Engine).SelectMany(Prints).Should().BeEmpty();
        Types(Engine).Where(type => type.Name == "ExitCode").Should().BeEmpty();
        Types(Tool).Should().Contain(type => type.Name == "ExitCode");
    }

    [Fact]
    public void A_type_that_prints_is_found() =>
        Prints(typeof(Planted.Other.Prints)).Should().Equal("ChainBridge.Planted.Other.Prints uses System.Console");

    [Theory]
    [InlineData("Runs")]
    [InlineData("Steps")]
    [InlineData("Strategies")]
    public void Runs_steps_and_strategies_reach_hosts_only_through_the_target(string folder) =>
        Types(Engine).Where(type => IsIn(type, $"{Engine}.{folder}"))
            .Should().NotBeEmpty().And.Subject.SelectMany(ReachesOut).Should().BeEmpty();

    [Theory]
    [InlineData(typeof(Planted.Other.ReachesOut))]
    [InlineData(typeof(Planted.Other.Starts))]
    public void A_type_that_reaches_out_by_itself_is_found(Type breach) => ReachesOut(breach).Should().NotBeEmpty();

    [Fact]
    public void No_static_holds_state() => Assemblies.SelectMany(Types).SelectMany(MutableStatics).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(States))]
    public void A_static_that_holds_state_is_found(Type breach) => MutableStatics(breach).Should().ContainSingle();

    [Fact]
    public void Every_public_async_method_takes_a_cancellation_token() =>
        Assemblies.SelectMany(Types).SelectMany(AsyncWithoutToken).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Tokenless))]
    public void A_public_async_method_without_a_token_is_found(Type breach) => AsyncWithoutToken(breach).Should().ContainSingle();

    [Fact]
    public void Clocks_are_banned_and_the_ban_is_enforced()
    {
        File.ReadAllText(Path.Combine(Repository.Root, "BannedSymbols.txt")).Should().Contain("P:System.DateTimeOffset.UtcNow")
            .And.Contain("P:System.DateTime.UtcNow").And.Contain("M:System.Threading.Thread.Sleep");
        File.ReadAllText(Path.Combine(Repository.Root, ".editorconfig")).Should().Contain("dotnet_diagnostic.RS0030.severity = error");
        Repository.Sources("src").Concat(Repository.Sources("tests")).Where(source => Pragma().IsMatch(source.Text))
            .Select(source => source.Path).Should().BeEmpty("a pragma would lift the ban in one place");
    }

    [Fact]
    public void Every_suite_links_the_one_xunit_runner_json()
    {
        var props = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"));
        props.Descendants("Content")
            .Should().Contain(content => content.Attribute("Include")!.Value.EndsWith("xunit.runner.json", StringComparison.Ordinal));
        var suites = Directory.GetDirectories(Path.Combine(Repository.Root, "tests"))
            .SelectMany(folder => Directory.GetFiles(folder, "*.csproj"))
            .Where(path => File.ReadAllText(path).Contains("xunit", StringComparison.Ordinal)).ToList();
        suites.Should().NotBeEmpty();
        suites.Where(path => !File.ReadAllText(path).Contains("<IsTestSuite>true</IsTestSuite>", StringComparison.Ordinal))
            .Should().BeEmpty();
        Directory.GetFiles(Repository.Root, "xunit.runner.json", SearchOption.AllDirectories).Where(path => !Repository.IsOutput(path))
            .Should().ContainSingle();
    }

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        Repository.Sources("src").Concat(Repository.Sources("tests")).Concat(Repository.Sources("samples"))
            .Concat(Repository.Sources("bench"))
            .Where(source => source.Text.Count(character => character == '\n') > 300).Select(source => source.Path).Should().BeEmpty();

    private static bool Knows(string assembly, string other) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Any(reference => reference.Name == other);

    private static IEnumerable<Type> Types(string assembly) =>
        Assembly.Load(assembly).GetTypes()
            .Where(type => type.Namespace?.StartsWith("ChainBridge", StringComparison.Ordinal) == true && !IsGenerated(type));

    /// <summary>The breaches planted in a namespace; those that the compiler made of them are part of them.</summary>
    private static TheoryData<Type> Breaches(string name, Type? except = null) =>
        [.. typeof(HouseTests).Assembly.GetTypes().Where(type => type.Namespace == $"ChainBridge.Planted.{name}"
            && type.DeclaringType is null && !IsGenerated(type) && type != except)];

    private static bool IsIn(Type type, string space) =>
        type.Namespace == space || type.Namespace?.StartsWith(space + ".", StringComparison.Ordinal) == true;

    /// <summary>Types of ours, outside the namespace, that the type uses.</summary>
    private static IEnumerable<string> Foreign(Type type, string own) =>
        CompiledUses.Types(type).Where(used => IsIn(used, "ChainBridge") && !IsIn(used, own)).Select(used => used.FullName!);

    /// <summary>What the types of a folder of the engine use of ours outside of it, each with its user.</summary>
    private static IEnumerable<string> ForeignOf(string own, string? but = null)
    {
        var types = Types(Engine).Where(type => IsIn(type, own)).ToList();
        types.Should().NotBeEmpty();
        return types.SelectMany(type => Foreign(type, own)
            .Where(foreign => but is null || !foreign.StartsWith($"{but}.", StringComparison.Ordinal))
            .Select(foreign => $"{type.FullName} uses {foreign}"));
    }

    private static IEnumerable<string> Prints(Type type) => CompiledUses.Types(type)
        .Where(used => used == typeof(Console) || IsIn(used, "Spectre.Console") || IsIn(used, "System.CommandLine"))
        .Select(used => $"{type.FullName} uses {used.FullName}");

    private static IEnumerable<string> EndsTheProcess(Type type) => CompiledUses.Calls(type)
        .Where(call => call.DeclaringType == typeof(Environment) && call.Name is nameof(Environment.Exit) or nameof(Environment.FailFast)
            or "set_ExitCode").Select(call => $"{type.FullName} calls {call.Name}");

    private static IEnumerable<string> ReachesOut(Type type) => CompiledUses.Types(type)
        .Where(used => IsIn(used, "CliWrap") || IsIn(used, "System.Net.Sockets") || used == typeof(System.Diagnostics.Process)
            || used == typeof(HttpClient)).Select(used => $"{type.FullName} uses {used.FullName}");

    /// <summary>What is written after its initialiser, and what is made to be changed though its field is not.</summary>
    private static IEnumerable<string> MutableStatics(Type type) => type
        .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(field => field is { IsInitOnly: false, IsLiteral: false } || HoldsState(field.FieldType))
        .Select(field => $"{type.FullName}.{field.Name}");

    private static bool HoldsState(Type type) => type.Namespace == "System.Collections.Concurrent"
        || (type.IsGenericType && new[] { typeof(AsyncLocal<>), typeof(ThreadLocal<>),
            typeof(System.Runtime.CompilerServices.ConditionalWeakTable<,>) }.Contains(type.GetGenericTypeDefinition()));

    private static IEnumerable<string> AsyncWithoutToken(Type type) => !type.IsVisible ? [] : type
        .GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Where(method => IsAsync(method.ReturnType) && !IsGiven(type, method)
            && method.GetParameters().All(parameter => parameter.ParameterType != typeof(CancellationToken)))
        .Select(method => $"{type.FullName}.{method.Name}");

    private static bool IsAsync(Type answer) => answer.IsAssignableTo(typeof(Task)) || answer == typeof(ValueTask)
        || (answer.IsGenericType && new[] { typeof(ValueTask<>), typeof(IAsyncEnumerable<>) }.Contains(answer.GetGenericTypeDefinition()));

    /// <summary>A shape that an interface or base class of another library dictates.</summary>
    private static bool IsGiven(Type type, MethodInfo method) => method.GetBaseDefinition().DeclaringType != type
        || (!type.IsInterface
            && type.GetInterfaces().Where(contract => contract.Namespace?.StartsWith("ChainBridge", StringComparison.Ordinal) != true)
                .SelectMany(contract => type.GetInterfaceMap(contract).TargetMethods).Contains(method));

    private static bool IsGenerated(MemberInfo type) => type.Name.Contains('<', StringComparison.Ordinal)
        || type.GetCustomAttributes().Any(attribute => attribute.GetType().Name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute")
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    [GeneratedRegex(@"^\s*#pragma warning", RegexOptions.Multiline)]
    private static partial Regex Pragma();
}
