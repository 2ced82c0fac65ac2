using System.Text;

namespace ChainBridge.Engine.Secrets;

/// <summary>What a secret looks like where a program prints it encoded: in an address, or in Base64 as a login is sent.</summary>
internal static class SecretForms
{
    /// <summary>The encoded form of less has parts that stand in ordinary texts.</summary>
    private const int Shortest = 8;

    /// <summary>The secret as it is, and its encoded forms.</summary>
    public static IEnumerable<string> Of(string secret)
    {
        yield return secret;
        if (secret.Length < Shortest) yield break;
        yield return Uri.EscapeDataString(secret);
        var bytes = Encoding.UTF8.GetBytes(secret);
        foreach (var form in Enumerable.Range(0, 3).Select(before => Base64(bytes, before)))
        {
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
        }
    }

    /// <summary>
    /// The part of a Base64 text that only the secret decides, as in <c>user:SECRET</c>: how it is written depends on how many bytes stand
    /// before it, counted in threes. A letter that it shares with its neighbours is left out at both ends.
    /// </summary>
    private static string Base64(byte[] secret, int before)
    {
        var text = Convert.ToBase64String([.. new byte[before], .. secret]);
        return text[((before * 8 + 5) / 6)..((before + secret.Length) * 8 / 6)];
    }
}
