using System.Text.Json;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.State;

public sealed class ReleaseStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("store-");
    private ReleaseStore Store => new(new LocalFiles(), _folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_release_never_changes_once_recorded()
    {
        Store.Save(Release("sha256:1"));
        Store.Save(Release("sha256:1")).Artifacts["pay"].Digest.Should().Be("sha256:1");
        var changing = () => Store.Save(Release("sha256:2"));
        changing.Should().Throw<EngineException>().Which.Message.Should().Contain("the digest of pay");
        Store.Find("v1")!.Artifacts["pay"].Digest.Should().Be("sha256:1");
    }

    [Fact]
    public void A_record_that_is_unreadable_is_named()
    {
        Store.Save(Release("sha256:1"));
        File.WriteAllText(Path.Combine(_folder.FullName, "releases", "v1", "release.json"), "{");
        var reading = () => Store.Find("v1");
        reading.Should().Throw<EngineException>().Which.Message.Should().Contain("release.json");
    }

    [Fact]
    public void A_release_that_was_read_is_not_read_again_and_one_that_was_removed_is_not_remembered()
    {
        var store = Store;
        store.Save(Release("sha256:1"));
        File.WriteAllText(Path.Combine(_folder.FullName, "releases", "v1", "release.json"), "{");
        store.Find("v1")!.Artifacts["pay"].Digest.Should().Be("sha256:1");
        store.All().Should().ContainSingle().Which.Version.Should().Be("v1");
        store.Remove(["v1"]);
        store.Find("v1").Should().BeNull();
        store.All().Should().BeEmpty();
    }

    [Fact]
    public void A_release_keeps_what_another_runner_left_out_of_it_when_this_one_records_it_again()
    {
        var store = Store;
        store.Save(Release("sha256:1"));
        Store.Save(Release("sha256:1") with { Skipped = ["tests"] });
        store.Save(Release("sha256:1") with { Skipped = ["preflight"] }).Skipped.Should().Equal("preflight", "tests");
        Store.Find("v1")!.Skipped.Should().Equal("preflight", "tests");
    }

    [Fact]
    public void A_name_that_leads_out_of_the_folder_is_no_release() => Store.Find("../v1").Should().BeNull();

    [Fact]
    public void A_record_which_holds_settings_is_its_owners_alone()
    {
        Store.Save(Release("sha256:1"));
        File.GetUnixFileMode(Path.Combine(_folder.FullName, "releases", "v1", "release.json"))
            .Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void No_temporary_file_is_left()
    {
        Store.Save(Release("sha256:1"));
        Directory.GetFiles(_folder.FullName, "*.tmp", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, "staging-20261124-1a2b3c4")]
    [InlineData(true, "staging-20261124-1a2b3c4-dirty")]
    public void Versions_are_named_by_environment_day_and_commit(bool dirty, string expected) =>
        VersionName.For("staging", new GitState("1a2b3c4d5e", dirty), new DateTimeOffset(2026, 11, 25, 0, 30, 0, TimeSpan.FromHours(2)),
            _ => false).Should().Be(expected);

    [Fact]
    public void A_dirty_tree_never_takes_a_name_that_is_taken()
    {
        var taken = new HashSet<string> { "staging-20261124-1a2b3c4-dirty", "staging-20261124-1a2b3c4-dirty-2" };
        VersionName.For("staging", new GitState("1a2b3c4d5e", true), new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero),
            taken.Contains).Should().Be("staging-20261124-1a2b3c4-dirty-3");
    }

    [Fact]
    public void A_record_of_an_earlier_runner_has_one_door_to_its_public_service_and_a_new_one_its_own()
    {
        var path = Path.Combine(_folder.FullName, "releases", "v0", "release.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, """
            {
              "version": "v0", "commit": "abc", "artifacts": { "web": { "digest": "sha256:1", "location": "builds/web", "bytes": 1 } },
              "services": {
                "pay": { "name": "pay", "image": "shop/pay", "port": 8080, "public": false, "dependsOn": [], "environment": {} },
                "web": { "name": "web", "image": "shop/web", "port": 81, "public": true, "dependsOn": [], "environment": {} }
              },
              "composeFile": null, "composeHash": "", "configurationHash": "", "migrationsReversible": true, "createdBy": "ann",
              "createdAt": "2026-11-24T10:00:00+00:00"
            }
            """);
        Store.Find("v0")!.Doors.Should().Equal(new DoorSpec("default", "web", 81));
        Store.Save(Store.Find("v0")! with { Version = "v1", Doors = [new("a", "pay", 1), new("b", "web", 2)] });
        Store.Find("v1")!.Doors.Should().Equal(new DoorSpec("a", "pay", 1), new DoorSpec("b", "web", 2));
    }

    [Fact]
    public void All_of_a_service_is_in_one_object_of_the_record()
    {
        var pay = new ServiceSpec("pay", new("shop/pay", ".", "Dockerfile", new Dictionary<string, string> { ["A"] = "b" }, null)
        {
            Run = ["python3", "pay.py"],
        }, 81, new("/up", TimeSpan.FromSeconds(3)) { Checked = true }, "/version", ["db"], new Dictionary<string, string>(), null)
        {
            Worker = true,
        };
        Store.Save(Release("sha256:1") with { Services = new Dictionary<string, ServiceSpec> { ["pay"] = pay } });
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "releases", "v1", "release.json")));
        var written = record.RootElement.GetProperty("services").GetProperty("pay");
        written.EnumerateObject().Select(field => field.Name).Should().BeEquivalentTo("name", "image", "context", "dockerfile",
            "buildArgs", "projectFile", "port", "healthPath", "versionPath", "public", "dependsOn", "environment", "migrate", "host",
            "run", "include", "statesVersion", "steady", "checked", "worker", "pulled");
        written.GetProperty("image").GetString().Should().Be("shop/pay");
        Store.Find("v1")!.Services["pay"].Should().BeEquivalentTo(pay);
    }

    private static Release Release(string digest) =>
        new("v1", "abc", new Dictionary<string, Artifact> { ["pay"] = new(digest, "builds/pay", 1) }, new Dictionary<string, ServiceSpec>(),
            null, true, "ann", DateTimeOffset.UnixEpoch);
}
