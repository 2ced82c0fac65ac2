using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ChainBridge.Bench.LoadServers;

/// <summary>A certificate of its own for each server, for 127.0.0.1 and one day.</summary>
internal static class Certificates
{
    /// <summary>The variables in which programs of this set find it, as PEM.</summary>
    public const string Certificate = "HELLO_CERTIFICATE", Key = "HELLO_KEY";

    public static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }

    /// <summary>As variables: a key in an argument would be there for all to see.</summary>
    public static Dictionary<string, string?> Variables()
    {
        using var certificate = Make();
        using var key = certificate.GetECDsaPrivateKey()!;
        return new() { [Certificate] = certificate.ExportCertificatePem(), [Key] = key.ExportPkcs8PrivateKeyPem() };
    }
}
