using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>What a compose file mounts from the clone is not on a host.</summary>
public sealed class FilesOfThisMachineTests
{
    private static readonly DeploymentManifest Manifest = ManifestReader.Parse("""
        project: shop
        services: { web: { image: shop/web, public: true } }
        accessories: { database: { kind: postgres } }
        gates: { smoke: { probes: [ { path: / } ] } }
        environments: { staging: { target: compose, composeFile: compose.yml, hosts: [ssh://there] } }
        """, "chainbridge.yml", "/clone/chainbridge.yml", _ => null).Manifest!;

    [Fact]
    public void A_mount_and_a_secret_of_the_clone_are_each_a_reason_and_a_place_of_the_host_is_none()
    {
        const string resolved = """
            {"services": {
              "web": {"volumes": [{"type": "bind", "source": "/clone/conf", "target": "/etc/web"},
                                  {"type": "bind", "source": "/srv/uploads", "target": "/uploads"},
                                  {"type": "volume", "source": "data", "target": "/data"}],
                      "secrets": [{"source": "token"}, {"source": "made"}]},
              "only-for-developers": {"volumes": [{"type": "bind", "source": "/clone", "target": "/src"}]},
              "database": {"volumes": [{"type": "bind", "source": "/clone/init.sql", "target": "/init.sql"}]}},
             "secrets": {"token": {"file": "/home/me/token"}, "made": {"external": true}}}
            """;
        FilesOfThisMachine.In(resolved, Manifest, ["/clone"], "ssh://there").Should().BeEquivalentTo(
            "web mounts /clone/conf of this machine, which is not on ssh://there: copy it into the image, or use configs:",
            "web has a secret in /home/me/token of this machine, which is not on ssh://there: give it in its environment",
            "database mounts /clone/init.sql of this machine, which is not on ssh://there: copy it into the image, or use configs:");
        FilesOfThisMachine.In(resolved, Manifest, ["/clone/con"], "ssh://there").Should().ContainSingle("a part of a name is no folder");
    }
}
