using System.Diagnostics;
using ChainBridge.Machine;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Machine;

/// <summary>Processes known by a variable of their environment.</summary>
public sealed class ProcessTableTests
{
    private const int Looks = 3000;

    [Fact]
    public void A_process_that_changes_its_program_all_the_time_is_known_by_its_variable_at_each_look()
    {
        var mark = $"{Guid.NewGuid():N}";
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec /bin/sh -c \"$AGAIN\""]);
        (start.Environment["AGAIN"], start.Environment["MARK"]) = ("exec /bin/sh -c \"$AGAIN\"", mark);
        using var process = Process.Start(start)!;
        try
        {
            var missed = Enumerable.Range(0, Looks).Count(_ => !ProcessTable.HasVariable(process.Id, mark));
            missed.Should().Be(0);
            process.HasExited.Should().BeFalse("otherwise nothing was shown");
            ProcessTable.WithVariable(mark).Select(found => found.Id).Should().Equal(process.Id);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }

        ProcessTable.HasVariable(process.Id, mark).Should().BeFalse("it is gone");
    }
}
