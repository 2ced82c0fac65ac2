using ChainBridge.TestKit.Diagnostics;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(1, "exit code 1")]
    [InlineData(7, "exit code 7")]
    [InlineData(0, "exit code 0 (it ended by itself, and well)")]
    [InlineData(127, "exit code 127 (the program, or a library that it needs, was not found)")]
    [InlineData(134, "exit code 134 (SIGABRT: *")]
    [InlineData(137, "exit code 137 (SIGKILL: *out of memory)")]
    [InlineData(139, "exit code 139 (SIGSEGV: *")]
    [InlineData(143, "exit code 143 (SIGTERM: *")]
    [InlineData(-9, "exit code -9 (SIGKILL: *")]
    [InlineData(162, "exit code 162 (signal 34)")]
    [InlineData(255, "exit code 255")]
    public void The_text_of_an_exit_code_explains_its_meaning(int code, string expected) =>
        ExitCodes.Describe(code).Should().Match(expected);

    [Fact]
    public void The_text_names_memory_as_the_reason_when_the_engine_reports_it() => ExitCodes.Describe(137, outOfMemory: true)
        .Should().Be("exit code 137 (out of memory: it went over its memory limit and was killed)");
}
