using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Manifest;

/// <summary>Environments on another machine.</summary>
public sealed class HostsTests
{
    private const string Manifest = """
        project: shop
        services: { api: { image: shop/api, port: 80, public: true } }
        gates: { smoke: { probes: [{ path: / }] } }
        environments:
          staging:
            target: compose
            composeFile: compose.yml
            hosts: [ssh://deploy@staging.example.org]
        """;

    [Theory]
    [InlineData("ssh://deploy@staging.example.org", "deploy", "staging.example.org", null)]
    [InlineData("ssh://staging", null, "staging", null)]
    [InlineData("ssh://root@127.0.0.1:2201/", "root", "127.0.0.1", 2201)]
    [InlineData("ssh://a.b-c@[::1]:22", "a.b-c", "::1", 22)]
    public void A_host_is_a_user_a_name_and_a_port(string text, string? user, string name, int? port)
    {
        HostAddress.Parse(text).Should().Be(new HostAddress(user, name, port));
        HostAddress.Parse(text)!.ToString().Should().Be(text.TrimEnd('/'));
    }

    [Theory]
    [InlineData("staging.example.org")]
    [InlineData("http://staging.example.org")]
    [InlineData("ssh://-oProxyCommand=evil")]
    [InlineData("ssh://-l@host")]
    [InlineData("ssh://host:0")]
    [InlineData("ssh://host:70000")]
    [InlineData("ssh://host/folder")]
    [InlineData("ssh://us er@host")]
    [InlineData("ssh://host\n")]
    public void A_text_that_is_no_host_or_could_be_an_option_of_ssh_is_refused(string text) => HostAddress.Parse(text).Should().BeNull();

    [Fact]
    public void An_environment_with_a_host_keeps_its_state_there_and_what_commands_read_here()
    {
        var staging = Read(Manifest).Manifest!.Environments["staging"];
        staging.Host.Should().Be(new HostAddress("deploy", "staging.example.org", null));
        staging.StateDirectory.Should().Be(".chainbridge/shop-staging");
        staging.WorkDirectory.Should().Be("/somewhere/.chainbridge/staging");
        var own = Read($"{Manifest}\n    stateDirectory: /srv/shop\n    sshConfig: ssh/config").Manifest!.Environments["staging"];
        own.StateDirectory.Should().Be("/srv/shop");
        own.SshConfig.Should().Be("/somewhere/ssh/config");
    }

    [Fact]
    public void Several_hosts_each_have_the_port_of_the_environment_unless_they_name_their_own()
    {
        var several = Read(Manifest.Replace("[ssh://deploy@staging.example.org]",
            "[ssh://deploy@one.example.org, { address: \"ssh://deploy@two.example.org:2222\", port: 8089 }]", StringComparison.Ordinal))
            .Manifest!.Environments["staging"];
        several.Hosts.Should().Equal(new HostSpec(new("deploy", "one.example.org", null)),
            new HostSpec(new("deploy", "two.example.org", 2222), 8089));
        several.Host.Should().Be(several.Hosts[0].Address, "the first one holds the state");
        several.Hosts.Select(host => host.Address.Place).Should().Equal("one.example.org", "two.example.org:2222");
    }

    [Theory]
    [InlineData("hosts: [ssh://a]", false)]
    [InlineData("hosts: [ssh://a, ssh://b]", true)]
    public void Accessories_beside_several_hosts_are_a_problem_with_the_place_of_the_second_host(string hosts, bool refused)
    {
        var problems = Read(Manifest.Replace("hosts: [ssh://deploy@staging.example.org]", hosts, StringComparison.Ordinal)
            + "\naccessories: { db: { kind: postgres, image: \"postgres:15\" } }").Problems;
        problems.Count.Should().Be(refused ? 1 : 0);
        if (refused)
            problems[0].ToString().Should().StartWith("chainbridge.yml:8:22:").And.Contain("each host would have its own")
                .And.Contain("give services their addresses in variables");
    }

    [Theory]
    [InlineData("ghcr.io/acme", "shop/api:v1", "ghcr.io/acme/shop/api:v1")]
    [InlineData("ghcr.io/acme", "ghcr.io/acme/api:v1", "ghcr.io/acme/api:v1")]
    [InlineData("registry.test:5000", "shop/api:v1", "registry.test:5000/shop/api:v1")]
    public void An_image_has_the_registrys_name_before_its_own(string server, string image, string there)
    {
        var registry = Read($"{Manifest}\n    registry: {{ server: {server}, user: ci, password: CI_PASSWORD }}").Manifest!
            .Environments["staging"].Registry!;
        registry.NameOf(image).Should().Be(there);
        (registry.User, registry.Password!.Variable, registry.Host).Should().Be(("ci", "CI_PASSWORD", server.Split('/')[0]));
        Read($"{Manifest}\n    registry: {server}").Manifest!.Environments["staging"].Registry!.User.Should().BeNull();
    }

    [Fact]
    public void An_environment_without_a_host_has_both_in_its_state_directory()
    {
        var here = Read(Manifest.Replace("    hosts: [ssh://deploy@staging.example.org]", "", StringComparison.Ordinal))
            .Manifest!.Environments["staging"];
        here.Host.Should().BeNull();
        here.WorkDirectory.Should().Be(here.StateDirectory).And.Be("/somewhere/.chainbridge/staging");
        (here with { StateDirectory = "/moved" }).WorkDirectory.Should().Be("/moved");
    }

    [Theory]
    [InlineData("hosts: [ssh://deploy@staging.example.org]", "hosts: [staging.example.org]", "8:13",
        "'staging.example.org' is no host", "ssh://user@host")]
    [InlineData("hosts: [ssh://deploy@staging.example.org]", "hosts: [ssh://a, ssh://deploy@b:1, ssh://root@b:1]", "8:40",
        "environments.staging has the host b:1 twice", "take one of them out")]
    [InlineData("hosts: [ssh://deploy@staging.example.org]", "hosts: [ssh://a, { address: b }]", "8:33", "'b' is no host",
        "ssh://user@host")]
    [InlineData("hosts: [ssh://deploy@staging.example.org]", "hosts: [{ port: 1 }]", "8:13", "lacks 'address'", "add address")]
    [InlineData("hosts: [ssh://deploy@staging.example.org]", "hosts: [{ address: ssh://a, prot: 1 }]", "8:33", "unknown key 'prot'",
        "did you mean 'port'?")]
    [InlineData("hosts: [ssh://deploy@staging.example.org]", "hosts: ssh://a", "8:12", "hosts is 'ssh://a'", "a list of hosts")]
    [InlineData("hosts: [ssh://deploy@staging.example.org]", "hosts: []", "8:12", "the list of hosts is empty", "hosts: [ssh://user@host]")]
    [InlineData("hosts: [ssh://deploy@staging.example.org]", "sshConfig: config", "8:16", "is for a host, and there is none", "add hosts")]
    [InlineData("hosts: [ssh://deploy@staging.example.org]", "registry: ghcr.io/acme", "8:15", "is for a host, and there is none",
        "add hosts")]
    [InlineData("composeFile: compose.yml", "composeFile: compose.yml\n    registry: https://ghcr.io/acme", "8:15", "is no registry",
        "write its address without https://")]
    [InlineData("composeFile: compose.yml", "composeFile: compose.yml\n    registry: { server: ghcr.io/acme, user: ci }", "8:15",
        "a login needs both a user and a password", "password: NAME")]
    [InlineData("composeFile: compose.yml", "composeFile: compose.yml\n    registry: { server: ghcr.io, user: ci, password: hunter2 }",
        "8:54", "is not the name of an environment variable", "name the variable")]
    [InlineData("target: compose", "target: auto", "6:13", "its target is auto", "write target: compose")]
    [InlineData("target: compose", "target: process", "6:13", "its target is process", "write target: compose")]
    [InlineData("target: compose", "target: compose\n    port: 0", "7:11", "a free port is not chosen on another machine", "name the port")]
    public void A_key_that_is_not_possible_on_a_host_is_a_problem_with_its_place_and_what_to_write(
        string right, string wrong, string place, string message, string hint)
    {
        Manifest.Should().Contain(right);
        var problem = Read(Manifest.Replace(right, wrong, StringComparison.Ordinal)).Problems.Should().ContainSingle().Which;
        problem.ToString().Should().StartWith($"chainbridge.yml:{place}:").And.Contain(message).And.Contain(hint);
    }

    [Fact]
    public void The_control_connection_asks_nothing_believes_no_new_key_and_ends_by_itself()
    {
        var wait = TimeSpan.FromSeconds(10);
        var typed = SshCommands.Connect("staging", "deploy", 2222, null, null, "/private/control", wait).ToString();
        typed.Should().Contain("-o BatchMode=yes").And.Contain("-o StrictHostKeyChecking=yes").And.Contain("-o ServerAliveInterval=5")
            .And.Contain("-o ConnectTimeout=10").And.EndWith("-l deploy -p 2222 -- staging").And.NotContain("-F").And.NotContain("Identit");
        SshCommands.Connect("staging", null, null, "/a/config", "/private/key", "/private/control", wait).ToString()
            .Should().Contain("-F /a/config").And.Contain("-o IdentitiesOnly=yes -o IdentityFile=/private/key").And.EndWith("-- staging");
        SshCommands.Shell("/private/control").ToString().Should()
            .Contain("-F none").And.Contain("-o ProxyCommand=false", "a client without its connection makes no other one");
    }

    private static ManifestReading Read(string text) =>
        ManifestReader.Parse(text, "chainbridge.yml", "/somewhere/chainbridge.yml", _ => null);
}
