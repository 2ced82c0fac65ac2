using System.Reflection;
using ChainBridge.TestKit.Assertions;
using ChainBridge.Tests.TestKit.Infrastructure;
using FluentAssertions;
using PublicApiGenerator;
using Xunit;

namespace ChainBridge.Tests.TestKit.Package;

/// <summary>The public API changes only on purpose: each package's is approved in docs/api.</summary>
public sealed class PublicApiTests
{
    private static readonly string[] Folders = Directory.GetDirectories(Path.Combine(Repository.Root, "src"), "TestKit*");

    public static TheoryData<string> Packages => [.. Folders.Select(folder => "ChainBridge." + Path.GetFileName(folder))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task The_public_API_of_a_package_is_the_approved_one(string package)
    {
        var file = new ApprovedFile(Path.Combine(Repository.Root, "docs", "api", package + ".txt"), Environment.GetEnvironmentVariable);
        var found = Describe(Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, package + ".dll")));
        var differences = Differences(await file.ReadAsync(found, Stop) ?? "", found);
        if (differences.Count > 0)
            Assert.Fail($"the public API of {package} is not the one in {file.Path} (- is gone, + is new):\n"
                + $"{string.Join('\n', differences)}\n{ApprovedFile.HowToAccept}");
    }

    [Fact]
    public void A_member_that_comes_goes_or_changes_is_a_difference_with_its_type()
    {
        const string Before = "namespace N\n{\n    public class C\n    {\n        public int A { get; }\n        public int B { get; }\n"
            + "    }\n    public class D\n    {\n        public int A { get; }\n    }\n}\n";
        Differences(Before, Before).Should().BeEmpty();
        Differences(Before, Before.Replace("int B", "long B", StringComparison.Ordinal))
            .Should().Equal("- public class C: public int B { get; }", "+ public class C: public long B { get; }");
        var gone = Before.LastIndexOf("        public int A", StringComparison.Ordinal);
        Differences(Before, Before.Remove(gone, "        public int A { get; }\n".Length))
            .Should().Equal("- public class D: public int A { get; }");
    }

    [Fact]
    public void The_approved_API_is_what_is_public()
    {
        var described = Describe(typeof(EventuallyOptions).Assembly);
        described.Should().Contain("public static class Eventually").And.NotContain("ApprovedFile");
    }

    private static string Describe(Assembly assembly) =>
        assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";

    /// <summary>Lines that only one side has, each with the type it stands in.</summary>
    private static IReadOnlyList<string> Differences(string before, string after)
    {
        var (old, now) = (Members(before), Members(after));
        return [.. old.Except(now).Select(line => "- " + line), .. now.Except(old).Select(line => "+ " + line)];
    }

    private static List<string> Members(string text)
    {
        var members = new List<string>();
        var type = "";
        foreach (var line in text.Split('\n').Where(line => line.Trim() is not ("" or "{" or "}")))
        {
            var depth = line.Length - line.TrimStart().Length;
            if (depth <= 4) type = line.Trim();
            members.Add(depth <= 4 ? type : $"{type}: {line.Trim()}");
        }

        return members;
    }
}
