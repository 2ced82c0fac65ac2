using ChainBridge.Engine.Hosts.Ssh;
using ChainBridge.Engine.Model;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Hosts.Ssh;

/// <summary>What OpenSSH 9.2 prints when it cannot connect, and what the runner makes of it.</summary>
public sealed class SshWordsTests
{
    private const string Key = "ssh-ed25519 SHA256:kb2wVTTT1bWGbGbAzDmZ2zR9hvUEDyLCM1K3vZDcnYY";
    private static readonly HostAddress Address = new("deploy", "staging.example.org", 2222);

    public static TheoryData<string, string> Failures => new()
    {
        { nameof(SshTrouble.Refused), "ssh: connect to host staging.example.org port 2222: Connection refused" },
        { nameof(SshTrouble.TimedOut), "ssh: connect to host staging.example.org port 2222: Connection timed out" },
        { nameof(SshTrouble.TimedOut), "Connection timed out during banner exchange" },
        { nameof(SshTrouble.UnknownName), "ssh: Could not resolve hostname staging.example.org: Name or service not known" },
        { nameof(SshTrouble.NoRoute), "ssh: connect to host staging.example.org port 2222: No route to host" },
        { nameof(SshTrouble.KeyRejected), "deploy@staging.example.org: Permission denied (publickey,password)." },
        { nameof(SshTrouble.KeyRejected), "Received disconnect from 10.0.0.1 port 2222:2: Too many authentication failures" },
        {
            nameof(SshTrouble.HostKeyUnknown),
            "No ED25519 host key is known for [staging.example.org]:2222 and you have requested strict checking.\n"
                + "Host key verification failed."
        },
        {
            nameof(SshTrouble.HostKeyChanged),
            "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nOffending ED25519 key in /home/me/.ssh/known_hosts:12\n"
                + "Host key verification failed."
        },
        { nameof(SshTrouble.Other), "kex_exchange_identification: Connection closed by remote host" },
    };

    [Theory, MemberData(nameof(Failures))]
    public void Each_way_not_to_connect_is_told_from_the_others(string trouble, string said)
    {
        SshWords.Trouble(said).ToString().Should().Be(trouble);
        var failed = Heard(said).Failed();
        failed.Failure.Should().Be(Failure.Unreachable);
        failed.Message.Should().StartWith("ssh://deploy@staging.example.org:2222 cannot be reached: ");
        failed.NextStep.Should().NotBeEmpty();
    }

    [Fact]
    public void Each_trouble_has_words_of_its_own() => Failures.Select(row => row.Data)
        .Where(row => row.Item1 != nameof(SshTrouble.Other)).DistinctBy(row => row.Item1)
        .Select(row => Heard(row.Item2).Failed() is var failed ? failed.Message + failed.NextStep : "")
        .Should().OnlyHaveUniqueItems().And.HaveCount(7);

    [Fact]
    public void An_unknown_host_key_is_shown_by_its_fingerprint_with_the_command_that_adds_it()
    {
        var failed = Heard($"debug1: Server host key: {Key}\r\nNo ED25519 host key is known for [staging.example.org]:2222 and you have "
            + "requested strict checking.").Failed();
        failed.Message.Should().Contain($"its host key is not known here: {Key}");
        failed.NextStep.Should().Contain("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub")
            .And.Contain("ssh-keyscan -p 2222 staging.example.org >> ");
    }

    [Fact]
    public void A_changed_host_key_is_shown_by_its_fingerprint_with_the_place_of_the_old_one()
    {
        var failed = Heard($"debug1: Server host key: {Key}\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n"
            + "Offending ED25519 key in /home/me/.ssh/known_hosts:12").Failed();
        failed.Message.Should().Contain(Key).And.Contain("/home/me/.ssh/known_hosts:12");
        failed.NextStep.Should().StartWith("find out why").And.Contain("ssh-keygen -R '[staging.example.org]:2222'");
    }

    [Fact]
    public void A_rejected_key_is_named_with_what_was_offered()
    {
        var failed = Heard("debug1: Offering public key: /home/me/.ssh/id_ed25519 ED25519 SHA256:abc agent\n"
            + "deploy@staging.example.org: Permission denied (publickey).").Failed();
        failed.Message.Should().Contain("it takes none of the keys: /home/me/.ssh/id_ed25519 ED25519 SHA256:abc agent");
        Heard("Permission denied (publickey).").Failed().Message.Should().Contain("there was none to offer");
    }

    [Fact]
    public void The_progress_that_ssh_prints_is_not_taken_for_a_reason() =>
        Heard("OpenSSH_9.2p1 Debian\ndebug1: Connection refused is a word here\nkex: closed").Failed().Message.Should()
            .EndWith("cannot be reached: kex: closed");

    private static SshWords Heard(string said)
    {
        var words = new SshWords(Address);
        foreach (var line in said.Split('\n')) words.Add(line);
        return words;
    }
}
