using System.Diagnostics;
using ChainBridge.TestKit.Providers.Docker;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

/// <summary>The shell that removes the containers of a run, with a docker program that only writes down what it is asked.</summary>
public sealed class ContainerReaperTests : IDisposable
{
    private readonly DirectoryInfo _programs = Directory.CreateTempSubdirectory("reaper-");

    public void Dispose() => _programs.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("+ -")]
    [InlineData("+ + - + - -")]
    public async Task A_reaper_whose_containers_were_all_removed_ends_without_asking_the_engine(string words) =>
        (await AskedAsync(words)).Should().BeEmpty();

    [Theory]
    [InlineData("+")]
    [InlineData("+ + -")]
    public async Task A_reaper_with_a_container_left_removes_it_and_looks_again_for_what_the_engine_still_makes(string words)
    {
        var asked = await AskedAsync(words);
        asked.Where(line => line.Contains(" ps ", StringComparison.Ordinal)).Should().HaveCount(10);
        asked.Should().Contain("-H unix:///engine rm -f -v c1");
    }

    private async Task<IReadOnlyList<string>> AskedAsync(string words)
    {
        var log = Path.Combine(_programs.FullName, "log");
        Program("docker", $"echo \"$*\" >>'{log}'; case \"$*\" in *' ps '*) echo c1 ;; esac");
        Program("sleep", ":");
        // Without setsid it stays a child of this process, which waits for it.
        var start = new ProcessStartInfo("/bin/sh", ["-c", ContainerReaper.Script, "sh", "unix:///engine", "label=one"])
        {
            RedirectStandardInput = true,
        };
        start.Environment["PATH"] = _programs.FullName;
        using var shell = Process.Start(start)!;
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries)) await shell.StandardInput.WriteLineAsync(word);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return File.Exists(log) ? await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken) : [];
    }

    private void Program(string name, string script)
    {
        var path = Path.Combine(_programs.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
