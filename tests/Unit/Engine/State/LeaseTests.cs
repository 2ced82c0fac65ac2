using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.State;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.State;

/// <summary>What a lock does while its host is away, as one is whose connection was cut.</summary>
public sealed class LeaseTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lease-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    private readonly AwayFiles _files = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_host_that_is_away_for_one_renewal_costs_no_lock()
    {
        await using var held = await TakeAsync();
        _files.Away = true;
        await RenewalAsync(1);
        held.Lost.IsCancellationRequested.Should().BeFalse();
        _files.Away = false;
        _time.Advance(TargetLock.Lifetime / 3);
        await Eventually.TrueAsync("the lock is renewed",
            () => Lock().Holder()!.Until > held.Holder.Until, Stop);
        held.Lost.IsCancellationRequested.Should().BeFalse();
        held.ReleaseFailure.Should().BeNull();
    }

    [Fact]
    public async Task A_host_that_stays_away_costs_the_lock_before_it_expires()
    {
        await using var held = await TakeAsync();
        _files.Away = true;
        await RenewalAsync(1);
        await RenewalAsync(2);
        await Eventually.TrueAsync("the lock is given up", () => held.Lost.IsCancellationRequested, Stop);
        _time.GetUtcNow().Should().BeBefore(held.Holder.Until, "another runner may have it from then on");
        held.ReleaseFailure.Should().BeOfType<IOException>();
        _files.Away = false;
    }

    [Fact]
    public async Task A_renewal_that_the_host_does_not_answer_costs_the_lock_when_its_time_is_over()
    {
        var held = await TakeAsync();
        _files.Hangs = true;
        await RenewalAsync(1);
        _time.Advance(TargetLock.Lifetime / 3);
        held.Lost.IsCancellationRequested.Should().BeFalse();
        _time.Advance(TargetLock.Lifetime / 3 * 0.8);
        await Eventually.TrueAsync("the lock is given up", () => held.Lost.IsCancellationRequested, Stop);
        _time.GetUtcNow().Should().BeBefore(held.Holder.Until, "another runner may have it from then on");
        held.ReleaseFailure.Should().BeOfType<TimeoutException>();
        _files.Hangs = false;
        await held.DisposeAsync();
    }

    private TargetLock Lock() => new(_files, _folder.FullName, _time, _ => false);

    private Task<HeldLock> TakeAsync() => Lock().AcquireAsync("ann", "here", 1, "deploy", Stop);

    private async Task RenewalAsync(int number)
    {
        _time.Advance(TargetLock.Lifetime / 3);
        await Eventually.TrueAsync("the renewal was tried", () => _files.Tried >= number, Stop);
    }

    /// <summary>The files of this machine, whose locks cannot be had for a while.</summary>
    private sealed class AwayFiles : IHostFiles
    {
        private readonly LocalFiles _files = new();
        private int _tried;

        public bool Away { get; set; }

        public bool Hangs { get; set; }

        public int Tried => Volatile.Read(ref _tried);

        public bool Exists(string path) => _files.Exists(path);

        public string? Read(string path) => _files.Read(path);

        public void Write(string path, string content, UnixFileMode? mode = null, string? half = null) =>
            _files.Write(path, content, mode, half);

        public DiskSpace Disk(string path) => _files.Disk(path);

        public void Delete(string path) => _files.Delete(path);

        public void MakePrivateFolder(string path) => _files.MakePrivateFolder(path);

        public IReadOnlyList<string> Folders(string path) => _files.Folders(path);

        public void DeleteFolder(string path, bool onlyEmpty = false) => _files.DeleteFolder(path, onlyEmpty);

        public void Sweep(string folder) => _files.Sweep(folder);

        public LogContent ReadLog(LogPath path) => _files.ReadLog(path);

        public void AppendLog(LogPath path, Func<LogEnd, LogAddition> next) => _files.AppendLog(path, next);

        public Task<IDisposable> LockAsync(string path, TimeSpan deadline, TimeProvider time, Action? onWait,
            CancellationToken cancellationToken, string? what = null)
        {
            if (Hangs)
            {
                Interlocked.Increment(ref _tried);
                return HangAsync(cancellationToken);
            }

            if (!Away) return _files.LockAsync(path, deadline, time, onWait, cancellationToken, what);
            Interlocked.Increment(ref _tried);
            throw new IOException("the host is away");
        }

        private static async Task<IDisposable> HangAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("it hangs until it is cancelled");
        }
    }
}
