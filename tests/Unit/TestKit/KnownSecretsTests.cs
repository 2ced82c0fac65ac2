using ChainBridge.TestKit.Diagnostics;
using FluentAssertions;
using Xunit;
using Xunit.v3;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class KnownSecretsTests
{
    private const string Connection = "Host=db;Username=postgres;Password=0123456789abcdef;Database=test_1";

    private readonly KnownSecrets _secrets = new();

    [Fact]
    public void The_password_of_a_lease_is_masked_in_messages_traces_output_and_warnings()
    {
        _secrets.Add("case", Connection);
        var failed = Failed("case", $"no way to {Connection}");
        _secrets.Mask(failed);
        foreach (var text in new[] { failed.Messages[0], failed.StackTraces[0]!, failed.Output, failed.Warnings![0] })
            text.Should().Be("no way to Host=db;Username=postgres;Password=***;Database=test_1");
    }

    [Theory]
    [InlineData("the key is 0123456789abcdef", "the key is ***")]
    [InlineData("Password=another;token=abcdefgh", "Password=another;token=abcdefgh")]
    public void A_known_secret_is_masked_wherever_it_stands_and_its_look_alikes_are_not(string text, string masked)
    {
        _secrets.Add("case", Connection);
        Masked("case", text).Should().Be(masked);
    }

    [Fact]
    public void A_password_that_is_a_common_word_is_masked_in_its_connection_string_alone()
    {
        _secrets.Add("case", "Host=db;Username=postgres;Password=postgres");
        _secrets.Add("case", "db:6379,password=abc,defaultDatabase=3");
        Masked("case", "Host=db;Username=postgres;Password=postgres").Should().Be("Host=db;Username=postgres;Password=***");
        Masked("case", "at db:6379,password=abc,defaultDatabase=3: abc is no word of postgres")
            .Should().Be("at db:6379,password=***,defaultDatabase=3: abc is no word of postgres");
    }

    [Fact]
    public void A_lease_of_no_test_is_everybodys_and_that_of_a_test_is_its_own_until_that_is_over()
    {
        _secrets.Add(null, Connection);
        _secrets.Add("case", "password=fedcba9876543210");
        Masked("other", "0123456789abcdef fedcba9876543210").Should().Be("*** fedcba9876543210");
        Masked("case", "0123456789abcdef fedcba9876543210").Should().Be("*** ***");
        var ofFixture = new ErrorMessage
        {
            AssemblyUniqueID = "a",
            ExceptionTypes = [""],
            ExceptionParentIndices = [-1],
            Messages = ["fedcba9876543210"],
            StackTraces = [null]
        };
        _secrets.Mask(ofFixture);
        ofFixture.Messages.Should().Equal("***");
        _secrets.Mask(new TestCaseFinished
        {
            AssemblyUniqueID = "a",
            TestCollectionUniqueID = "o",
            TestClassUniqueID = "c",
            TestMethodUniqueID = "m",
            TestCaseUniqueID = "case",
            FinishTime = default,
            ExecutionTime = 0,
            TestsTotal = 1,
            TestsFailed = 0,
            TestsSkipped = 0,
            TestsNotRun = 0
        });
        Masked("case", "0123456789abcdef fedcba9876543210").Should().Be("*** fedcba9876543210");
    }

    private string Masked(string testCase, string text)
    {
        var failed = Failed(testCase, text);
        _secrets.Mask(failed);
        return failed.Messages[0];
    }

    private static TestFailed Failed(string testCase, string text) => new()
    {
        AssemblyUniqueID = "a", TestCollectionUniqueID = "o", TestClassUniqueID = "c", TestMethodUniqueID = "m",
        TestCaseUniqueID = testCase, TestUniqueID = "t",
        Cause = Xunit.Sdk.FailureCause.Exception, ExceptionTypes = [""], ExceptionParentIndices = [-1], Messages = [text],
        StackTraces = [text], FinishTime = default, ExecutionTime = 0, Output = text, Warnings = [text],
    };
}
