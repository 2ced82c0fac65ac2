using System.Diagnostics;
using ChainBridge.TestKit.Providers;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class ContainerOwnerTests
{
    [Fact]
    public void This_process_is_not_gone() => ContainerOwner.Self().IsGone().Should().BeFalse();

    [Fact]
    public void A_process_with_a_reused_id_is_not_its_predecessor() =>
        (ContainerOwner.Self() with { Process = $"{Environment.ProcessId}@another-start" }).IsGone().Should().BeTrue();

    [Fact]
    public async Task A_process_that_ended_is_gone()
    {
        using var ended = Process.Start("/bin/true");
        await ended.WaitForExitAsync(TestContext.Current.CancellationToken);
        (ContainerOwner.Self() with { Process = $"{ended.Id}@1" }).IsGone().Should().BeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-process")]
    [InlineData("-1@1")]
    [InlineData("0@1")]
    [InlineData("1@2@3")]
    public void Of_a_label_that_is_not_understood_nothing_is_known(string process) =>
        (ContainerOwner.Self() with { Process = process }).IsGone().Should().BeFalse();

    [Fact]
    public void Of_a_process_of_another_host_nothing_is_known() =>
        new ContainerOwner("another-host/pid:[1]", "999999999@1").IsGone().Should().BeFalse();
}
