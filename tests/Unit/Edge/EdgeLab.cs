using System.Net.Http.Json;
using System.Text;
using ChainBridge.Edge;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChainBridge.Tests.Unit.Edge;

/// <summary>An edge with both its sides on free ports, and releases behind it.</summary>
internal sealed class EdgeLab : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-").FullName;
    private readonly List<IAsyncDisposable> _running = [];
    private WebApplication _open = null!;
    private WebApplication _admin = null!;

    private EdgeLab() => Door = new FrontDoor(new EdgeStateFile(StateFile));

    public FrontDoor Door { get; }

    public string StateFile => Path.Combine(_folder, "edge.json");

    /// <summary>Has the key.</summary>
    public HttpClient Admin { get; private set; } = null!;

    /// <summary>At the door of the public address.</summary>
    public HttpClient Client { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="doors">Doors with a port of their own, beside the public address.</param>
    public static Task<EdgeLab> StartAsync(params string[] doors) => StartAsync(TimeProvider.System, doors);

    /// <param name="time">Of what the edge waits for when it is told something.</param>
    public static async Task<EdgeLab> StartAsync(TimeProvider time, params string[] doors)
    {
        var lab = new EdgeLab();
        lab._open = EdgeApp.BuildPublic(lab.Door, "http://127.0.0.1:0", [.. doors.Select(name => KeyValuePair.Create(name, 0))]);
        lab._admin = EdgeApp.BuildAdmin(lab.Door, "http://127.0.0.1:0", "the-key", time);
        lab._running.AddRange([lab._open, lab._admin]);
        await lab._open.StartAsync(Stop);
        await lab._admin.StartAsync(Stop);
        lab.Admin = new HttpClient
        {
            BaseAddress = Address(lab._admin), DefaultRequestHeaders = { Authorization = new("Bearer", "the-key") },
        };
        lab.Client = lab.At(DoorRule.Default);
        return lab;
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Client.Dispose();
        foreach (var app in _running) await app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Ends the admin side.</summary>
    /// <param name="otherKey">Of an edge that takes its address; null for none.</param>
    public async Task EndAdminAsync(string? otherKey = null)
    {
        var address = Address(_admin);
        await _admin.StopAsync(Stop);
        if (otherKey is null) return;
        var other = EdgeApp.BuildAdmin(Door, $"{address}", otherKey);
        _running.Add(other);
        await other.StartAsync(Stop);
    }

    /// <summary>A release that is stopped with the lab.</summary>
    public async Task<TestRelease> ReleaseAsync(string name)
    {
        var release = await TestRelease.StartAsync(name);
        _running.Add(release);
        return release;
    }

    /// <summary>Two releases, placed, with blue having the traffic.</summary>
    public async Task<(TestRelease Blue, TestRelease Green)> BothAsync()
    {
        var (blue, green) = (await ReleaseAsync("blue"), await ReleaseAsync("green"));
        await PutAsync("slots/blue", new { address = blue.Address, version = "v1", token = 1 });
        await PutAsync("slots/green", new { address = green.Address, version = "v2", token = 1 });
        await PutAsync("active", new { slot = "blue", token = 1 });
        return (blue, green);
    }

    /// <summary>A client of a door's port.</summary>
    public HttpClient At(string door) => new() { BaseAddress = new Uri($"http://127.0.0.1:{Door.Opened[door]}"), Timeout = Patience };

    public int Port(string door) => Door.Opened[door];

    /// <summary>Asks the admin side for a change that must be made.</summary>
    public async Task PutAsync(string path, object body)
    {
        var (status, detail) = await TryPutAsync(path, body);
        Assert.True(status == 200, $"{path}: {status} {detail}");
    }

    /// <summary>Asks the admin side for a change.</summary>
    public async Task<(int Status, string Detail)> TryPutAsync(string path, object body)
    {
        using HttpContent content = body is string text
            ? new StringContent(text, Encoding.UTF8, "application/json")
            : JsonContent.Create(body);
        using var answer = await Admin.PutAsync(path, content, Stop);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>An answer is whole at its receiver before the door has counted it.</summary>
    public Task CountedAsync(string slot, long requests) => UntilAsync(
        () => Door.Figures.GetValueOrDefault(slot)?.Requests == requests, $"{requests} requests counted in {slot}");

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"waited for: {what}");
            await Task.Delay(10, Stop);
        }
    }

    public static Uri Address(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
