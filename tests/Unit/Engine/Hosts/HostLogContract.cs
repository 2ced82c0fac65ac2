using System.Globalization;
using ChainBridge.Engine.Hosts;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Hosts;

/// <summary>What the logs on every host do alike.</summary>
public abstract class HostLogContract : HostFilesContract
{
    private protected LogPath Log => new(At("log"), At("log.mark"));

    [Fact]
    public void A_log_grows_at_its_end_and_its_mark_with_it()
    {
        Files.ReadLog(Log).Should().Be(new LogContent(null, null));
        Files.AppendLog(Log, end =>
        {
            (end.Length, end.Tail, end.Mark, end.IsWhole).Should().Be((0, "", null, true));
            return new("one é\n", "first");
        });
        Files.AppendLog(Log, end =>
        {
            (end.Length, end.Tail, end.Mark, end.IsWhole, end.Read()).Should().Be((7, "one é\n", "first", true, "one é\n"));
            return new("two\n", null);
        });
        Others.AppendLog(Log, end =>
        {
            (end.Length, end.Tail, end.Mark).Should().Be((11, "one é\ntwo\n", "first"));
            return new("three\n", "second");
        });
        Files.ReadLog(Log).Should().Be(new LogContent("one é\ntwo\nthree\n", "second"));
        Files.Read(Log.Mark).Should().Be("second\n");
    }

    [Fact]
    public void A_mark_without_a_log_is_read()
    {
        Files.Write(Log.Mark, "left\n");
        Files.ReadLog(Log).Should().Be(new LogContent(null, "left"));
        Files.AppendLog(Log, end => new($"{end.Mark} {end.Length}\n", null));
        Files.ReadLog(Log).Should().Be(new LogContent("left 0\n", "left"));
    }

    [Fact]
    public void The_begin_of_a_long_log_can_be_read_as_well_as_its_end()
    {
        var text = $"begin\n{new string('x', 100_000)}\nend\n";
        File.WriteAllText(Made("log"), text);
        for (var time = 0; time < 2; time++)
        {
            Files.AppendLog(Log, end =>
            {
                (end.Length, end.IsWhole, end.Read()).Should().Be((text.Length, false, text));
                end.Tail.Should().HaveLength(LogEnd.TailBytes).And.Be(text[^LogEnd.TailBytes..]);
                return new("more\n", null);
            });
            text += "more\n";
        }

        Files.ReadLog(Log).Text.Should().Be(text);
    }

    [Fact]
    public void A_log_that_another_program_changed_is_not_taken_for_what_it_was()
    {
        Files.AppendLog(Log, _ => new("one\n", "1"));
        File.AppendAllText(At("log"), "two\n");
        Files.AppendLog(Log, end => new($"after {end.Length} {end.Mark}\n", "3"));
        File.WriteAllText(At("log.mark"), "forged\n");
        Files.AppendLog(Log, end => new($"after {end.Length} {end.Mark}\n", null));
        File.Delete(At("log.mark"));
        Files.AppendLog(Log, end => new($"after {end.Length} {end.Mark ?? "none"}\n", null));
        Files.ReadLog(Log).Should().Be(new LogContent("one\ntwo\nafter 8 1\nafter 18 forged\nafter 34 none\n", null));
    }

    [Fact]
    public void A_mark_that_is_no_text_is_a_mark_and_keeps_no_writer_waiting()
    {
        File.WriteAllBytes(Made("log.mark"), [(byte)'x', 0, 0xff, 0xfe, (byte)'\t', (byte)' ', (byte)'y', 0x0d, (byte)'\n', (byte)'z']);
        for (var line = 0; line < 2; line++) Files.AppendLog(Log, end => new($"{end.Mark is null}\n", null));
        var (text, mark) = Files.ReadLog(Log);
        text.Should().Be("False\nFalse\n");
        mark.Should().StartWith("x").And.EndWith("y");
    }

    [Fact]
    public async Task Two_writers_of_a_log_write_one_after_the_other()
    {
        await Task.WhenAll(new[] { Files, Others }.Select(files => Task.Run(() =>
        {
            for (var line = 0; line < 25; line++)
                files.AppendLog(Log, end => new($"{end.Length}\n", $"{end.Length}"));
        }, Stop)));
        var (text, mark) = Files.ReadLog(Log);
        var at = 0;
        var lines = text!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines)
        {
            line.Should().Be($"{at}", "each line holds the length that it was added to");
            at += line.Length + 1;
        }

        lines.Should().HaveCount(50);
        mark.Should().Be(lines[^1]);
    }
}
