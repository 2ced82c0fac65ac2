using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Why a push, a pull or a login failed, told apart by what the docker program prints of the registry's answer: it gives all of them the
/// exit code 1. Refused is what stays so until a person changes something; unreachable is what may be over by itself.
/// </summary>
/// <param name="Registry">Its address.</param>
/// <param name="Rights">What a person does where it refuses the login.</param>
internal sealed record RegistryTrouble(string Registry, string Rights)
{
    /// <summary>In this order: what comes first is the cause where several stand in one answer.</summary>
    private IReadOnlyList<(string[] Signs, Failure Failure, string What, string Next)> Known =>
    [
        (["no space left on device"], Failure.Refused, "there is no room left for the image",
            "docker system df shows what takes it; docker image prune and docker builder prune make room"),
        (["verification failed", "digest mismatch", "invalid checksum digest", "does not match digest", "unexpected commit digest"],
            Failure.Refused, $"{Registry} sent something else than what its digest names, and it was thrown away",
            "find out what stands between this engine and the registry, or what damaged its storage; push the image again"),
        (["x509:", "certificate signed by unknown", "gave http response to https", "tls: failed to verify"], Failure.Refused,
            $"the certificate of {Registry} is not trusted, or it speaks no TLS",
            $"give the engine its certificate (/etc/docker/certs.d/{Registry}/ca.crt)"),
        (["no such host", "server misbehaving", "temporary failure in name resolution", "name or service not known"],
            Failure.Unreachable, $"the name of {Registry} leads to no address",
            "correct the registry's name in the manifest, or look at the DNS of the machine whose engine asked"),
        (["toomanyrequests", "429 too many", "status: 429", "http 429"], Failure.Unreachable,
            $"{Registry} answers 429: too many requests",
            "wait as long as it wants, or log in (limits are often for each account), then try again"),
        (["unauthorized", "authentication required", "no basic auth credentials", "denied: ", "access denied", "status: 401",
            "status: 403", "403 forbidden"], Failure.Refused, $"{Registry} refuses this login", Rights),
        (["status: 5", "http 5", "500 internal", "502 bad gateway", "503 service", "504 gateway", "internal server error"],
            Failure.Unreachable, $"{Registry} fails by itself", "look at the registry, and try again when it is well"),
        (["unexpected eof", "connection reset", "broken pipe", ": eof", "short read", "unexpected http2", "failed size validation"],
            Failure.Unreachable, $"{Registry} broke off in the middle of an answer",
            "try again; when it stays so, look at the registry's storage and at proxies before it"),
        (["connection refused", "i/o timeout", "no route to host", "network is unreachable", "handshake timeout", "deadline exceeded",
            "client.timeout", "request canceled"], Failure.Unreachable, $"{Registry} does not answer",
            "look at the registry and at the way to it (proxy, firewall), then try again"),
    ];

    /// <summary>For the registry that has an image of this name.</summary>
    public static RegistryTrouble OfImage(string image)
    {
        var first = image.Split('/')[0];
        var registry = image.Contains('/', StringComparison.Ordinal) && (first.Contains('.', StringComparison.Ordinal)
            || first.Contains(':', StringComparison.Ordinal) || first == "localhost") ? first : "docker.io";
        return new(registry, registry == "docker.io" ? "docker login, with the right to read it; is the name of the image right?"
            : $"docker login {registry}, with the right to read it");
    }

    /// <summary>The failure with what the registry answered as its evidence.</summary>
    /// <param name="otherwise">For an answer that says nothing of this kind.</param>
    /// <param name="next">What a person does then.</param>
    public EngineException Of(CommandResult ended, Failure otherwise, string next)
    {
        if (ended.ExitCode == CommandResult.TimedOut)
            return new(Failure.Unreachable, $"{Registry} did not come to an end: {ended.Evidence}",
                "look at the registry and at the way to it, then try again");
        var text = $"{ended.Output}\n{ended.Errors}";
        foreach (var (signs, failure, what, step) in Known)
            if (signs.Any(sign => text.Contains(sign, StringComparison.OrdinalIgnoreCase)))
                return new(failure, $"{what}: {ended.Evidence}", step);
        return new(otherwise, ended.Evidence, next);
    }
}
