using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.State;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.State;

public sealed class ReleaseStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("store-");
    private ReleaseStore Store => new(_folder.FullName);

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

    private static Release Release(string digest) =>
        new("v1", "abc", new Dictionary<string, Artifact> { ["pay"] = new(digest, "builds/pay", 1) }, new Dictionary<string, ServiceSpec>(),
            null, "", "", true, "ann", DateTimeOffset.UnixEpoch);
}
