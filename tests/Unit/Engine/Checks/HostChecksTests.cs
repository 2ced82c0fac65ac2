using ChainBridge.Engine.Checks;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Tests.Unit.Engine.Runs;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Checks;

/// <summary>Disk, memory and clock of a host.</summary>
public sealed class HostChecksTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("checks-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1, CheckVerdict.Ok)]
    [InlineData(long.MaxValue, CheckVerdict.Problem)]
    public async Task A_disk_has_the_room_that_is_wanted_or_its_remedy_is_named(long least, CheckVerdict verdict)
    {
        var result = await new DiskCheck(new LocalFiles(), _ => Task.FromResult(_folder.FullName), least, "make room").AskAsync(Stop);
        result.Verdict.Should().Be(verdict);
        result.Evidence.Should().Contain("are free at " + _folder.FullName);
        result.NextStep.Should().Be(verdict == CheckVerdict.Ok ? null : "make room");
    }

    [Theory]
    [InlineData("MemTotal: 4000000 kB\nMemFree: 10 kB\nMemAvailable:  1000000 kB\n", CheckVerdict.Ok, "1 GB of 4.1 GB are available")]
    [InlineData("MemTotal: 4000000 kB\nMemAvailable: 200000 kB\n", CheckVerdict.Problem, "only 204.8 MB of 4.1 GB are available")]
    [InlineData("MemTotal: 4000000 kB\n", CheckVerdict.CouldNotAsk, "no /proc/meminfo with MemAvailable")]
    [InlineData(null, CheckVerdict.CouldNotAsk, "no /proc/meminfo")]
    public async Task Memory_is_what_the_kernel_calls_available(string? text, CheckVerdict verdict, string evidence)
    {
        var files = new OtherHostFiles(_folder.FullName);
        if (text is not null) files.Write("/proc/meminfo", text);
        var result = await new MemoryCheck(files, 512_000_000).AskAsync(Stop);
        result.Verdict.Should().Be(verdict);
        result.Evidence.Should().Contain(evidence);
    }

    [Theory]
    [InlineData(0, CheckVerdict.Ok, "0 s ahead of")]
    [InlineData(59, CheckVerdict.Ok, "59 s ahead of")]
    [InlineData(61, CheckVerdict.Problem, "61 s ahead of the one here; at most 60 s")]
    [InlineData(-300, CheckVerdict.Problem, "300 s behind the one here; at most 60 s")]
    public async Task A_clock_that_is_off_is_a_problem_in_either_direction(int ahead, CheckVerdict verdict, string evidence)
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var result = await new ClockCheck(new FakeTimeProvider(now.AddSeconds(ahead)), new FakeTimeProvider(now), TimeSpan.FromSeconds(60),
            "ssh://there").AskAsync(Stop);
        result.Verdict.Should().Be(verdict);
        result.Evidence.Should().Contain($"the clock of ssh://there is {evidence}");
    }

    [Theory]
    [InlineData(1_500_000_000, "1.5 GB")]
    [InlineData(1_000_000, "1 MB")]
    [InlineData(999, "1 KB")]
    public void A_number_of_bytes_is_written_as_people_read_it(long bytes, string words) => Quantities.Words(bytes).Should().Be(words);
}
