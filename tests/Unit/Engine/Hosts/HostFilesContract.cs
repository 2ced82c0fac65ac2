using System.Globalization;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Hosts;

/// <summary>What the files of every host do alike. The host is this machine, so each effect is looked at beside the host.</summary>
public abstract class HostFilesContract : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chainbridge-files-");

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The files of the host.</summary>
    private protected abstract IHostFiles Files { get; }

    /// <summary>The same as another runner has them.</summary>
    private protected abstract IHostFiles Others { get; }

    public virtual void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A path with what a shell could take for more than a name.</summary>
    protected string At(string name) => Path.Combine(_folder.FullName, "it's a folder; $(false) \"x\" *", name);

    [Theory]
    [InlineData("")]
    [InlineData("without an end")]
    [InlineData("one\r\ntwo\n\n\n")]
    [InlineData("'$(id)' \"`id`\" \\ ${HOME} %s é→\u0001")]
    [InlineData("CONTENT\nCONTENT")]
    public void What_was_written_to_a_host_is_read_from_it(string content)
    {
        Files.Write(At("file"), content);
        Files.Read(At("file")).Should().Be(content);
        File.ReadAllText(At("file")).Should().Be(content);
    }

    [Fact]
    public void A_large_text_is_written_whole()
    {
        var content = string.Concat(Enumerable.Range(0, 60_000).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        Files.Write(At("file"), content);
        File.ReadAllText(At("file")).Should().Be(content);
        Files.Read(At("file")).Should().Be(content);
    }

    [Fact]
    public void A_file_that_is_not_there_is_no_error()
    {
        Files.Exists(At("file")).Should().BeFalse();
        Files.Read(At("file")).Should().BeNull();
        Files.Delete(At("file"));
        Files.Folders(At("folder")).Should().BeEmpty();
        Files.DeleteFolder(At("folder"));
        Files.DeleteFolder(At("folder"), onlyEmpty: true);
        Files.Sweep(At("folder"));
    }

    [Fact]
    public void A_write_replaces_a_file_and_leaves_nothing_beside_it()
    {
        Files.Write(At("file"), "old");
        Files.Write(At("file"), "new");
        Files.Write(At("file"), "newer", half: At("half"));
        Files.Read(At("file")).Should().Be("newer");
        Directory.GetFileSystemEntries(Path.GetDirectoryName(At("file"))!).Should().Equal(At("file"));
        Files.Delete(At("file"));
        Files.Exists(At("file")).Should().BeFalse();
    }

    [Fact]
    public void A_disk_is_the_one_of_a_path_that_need_not_be_there()
    {
        var disk = Files.Disk(At("not/yet/there"));
        disk.Total.Should().Be(new DriveInfo(Path.GetTempPath()).TotalSize);
        disk.Free.Should().BePositive().And.BeLessThanOrEqualTo(disk.Total);
        Files.Disk("/").Total.Should().Be(new DriveInfo("/").TotalSize);
    }

    [Fact]
    public void A_file_has_the_mode_that_was_asked_for()
    {
        Files.Write(At("secret"), "1", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(At("secret")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Files.Write(At("open"), "1", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.GetUnixFileMode(At("open")).Should().HaveFlag(UnixFileMode.OtherRead);
        Files.MakePrivateFolder(At("private"));
        File.GetUnixFileMode(At("private"))
            .Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void A_write_that_is_not_possible_is_an_error()
    {
        Files.Write(At("file"), "a file is no folder");
        FluentActions.Invoking(() => Files.Write(At("file/below"), "content")).Should().Throw<IOException>();
        Files.Read(At("file")).Should().Be("a file is no folder");
    }

    [Fact]
    public void Changes_that_are_made_together_are_made_in_their_order()
    {
        Files.Write(At("old/file"), "old");
        Files.Change(changes =>
        {
            changes.Write(At("file"), "one");
            changes.Write(At("file"), "it's\nCONTENT\n");
            changes.Delete(At("old/file"));
            changes.DeleteFolder(At("old"), onlyEmpty: true);
            changes.MakePrivateFolder(At("private"));
        });
        File.ReadAllText(At("file")).Should().Be("it's\nCONTENT\n");
        Directory.Exists(At("old")).Should().BeFalse();
        Directory.Exists(At("private")).Should().BeTrue();
        Files.Change(_ => { });
    }

    [Fact]
    public void A_change_that_is_not_possible_is_named_and_ends_those_that_were_to_be_made_with_it()
    {
        Files.Write(At("file"), "a file is no folder");
        FluentActions.Invoking(() => Files.Change(changes =>
        {
            changes.Write(At("before"), "1");
            changes.Write(At("file/below"), "2");
            changes.Write(At("after"), "3");
        })).Should().Throw<IOException>().Which.Message.Should().Contain(At("file")).And.NotContain("exit code");
        Files.Read(At("before")).Should().Be("1");
        Files.Exists(At("after")).Should().BeFalse();
    }

    [Fact]
    public void Folders_come_the_newest_first()
    {
        foreach (var (name, age) in new[] { ("old", 3), ("newest", 1), ("middle", 2) })
            Directory.SetLastWriteTimeUtc(Directory.CreateDirectory(At($"folders/{name}")).FullName,
                DateTime.UnixEpoch.AddDays(1000 - age));
        File.WriteAllText(At("folders/file"), "");
        Files.Folders(At("folders")).Should().Equal("newest", "middle", "old");
    }

    [Fact]
    public void A_folder_goes_with_all_in_it_or_only_when_it_is_empty()
    {
        Files.Write(At("folder/file"), "content");
        Files.DeleteFolder(At("folder"), onlyEmpty: true);
        Files.Exists(At("folder/file")).Should().BeTrue();
        Files.DeleteFolder(At("folder"));
        Directory.Exists(At("folder")).Should().BeFalse();
        Files.MakePrivateFolder(At("folder"));
        Files.DeleteFolder(At("folder"), onlyEmpty: true);
        Directory.Exists(At("folder")).Should().BeFalse();
    }

    [Fact]
    public void Several_files_are_read_in_the_order_of_their_paths()
    {
        Files.Write(At("a/one"), "one é\n\n");
        Files.Write(At("a/empty"), "");
        Files.Write(At("b/long"), new string('x', 50_000));
        Files.ReadEach([At("b/long"), At("a/none"), At("none/none"), At("a/empty"), At("a/one")])
            .Should().Equal(new string('x', 50_000), null, null, "", "one é\n\n");
        Files.ReadEach([]).Should().BeEmpty();
    }

    [Fact]
    public void A_sweep_removes_what_killed_writers_left_and_nothing_else()
    {
        var left = $"lock.json.{Guid.NewGuid():N}.tmp";
        string[] kept = ["lock.json", "notes.tmp", "x.0123456789abcdef0123456789abcdeX.tmp", $"below/a/b/{left}"];
        foreach (var name in kept.Concat([left, $"below/{left}", $"below/a/{left}"])) Files.Write(At($"state/{name}"), "1");
        Files.Sweep(At("state"));
        Directory.GetFiles(At("state"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(At("state"), file))
            .Should().BeEquivalentTo(kept);
    }

    [Fact]
    public async Task A_lock_is_one_holders_alone_until_it_is_given_back()
    {
        var waits = 0;
        using (await Files.LockAsync(At("guard"), TimeSpan.Zero, TimeProvider.System, null, Stop))
        {
            var other = () => Others.LockAsync(At("guard"), TimeSpan.Zero, TimeProvider.System, () => waits++, Stop, "the other");
            (await other.Should().ThrowAsync<EngineException>()).WithMessage("waited 0 s for the other*")
                .Which.Failure.Should().Be(Failure.Locked);
            var itself = () => Files.LockAsync(At("guard"), TimeSpan.Zero, TimeProvider.System, () => waits++, Stop);
            await itself.Should().ThrowAsync<EngineException>();
        }

        using var again = await Others.LockAsync(At("guard"), TimeSpan.FromSeconds(30), TimeProvider.System, () => waits++, Stop);
        waits.Should().BeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_lock_is_taken_and_what_it_guards_is_read_under_it()
    {
        Files.Write(At("state/one"), "1\n");
        using (var guarded = await Files.LockAndReadAsync(At("state/guard"), [At("state/none"), At("state/one")], TimeSpan.Zero,
            TimeProvider.System, Stop))
        {
            guarded.Contents.Should().Equal(null, "1\n");
            var other = () => Others.LockAndReadAsync(At("state/guard"), [], TimeSpan.Zero, TimeProvider.System, Stop);
            (await other.Should().ThrowAsync<EngineException>()).Which.Failure.Should().Be(Failure.Locked);
            Files.Write(At("state/one"), "2\n");
        }

        using var again = await Others.LockAndReadAsync(At("state/guard"), [At("state/one")], TimeSpan.FromSeconds(30),
            TimeProvider.System, Stop);
        again.Contents.Should().Equal("2\n");
    }

    [Fact]
    public async Task A_waiting_caller_gets_a_lock_when_it_is_given_back()
    {
        var told = new TaskCompletionSource();
        var first = await Files.LockAsync(At("guard"), TimeSpan.Zero, TimeProvider.System, null, Stop);
        var second = Others.LockAsync(At("guard"), TimeSpan.FromSeconds(30), TimeProvider.System, told.SetResult, Stop);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        second.IsCompleted.Should().BeFalse();
        first.Dispose();
        (await second).Dispose();
    }

    protected string Made(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        return At(name);
    }
}
