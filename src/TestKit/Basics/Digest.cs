using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChainBridge.TestKit.Basics;

/// <summary>What a text comes to, today and tomorrow, on every machine.</summary>
internal static class Digest
{
    /// <summary>The digest in hexadecimal digits, at most 64.</summary>
    public static string Hex(string text, int digits) => Convert.ToHexStringLower(Of(text))[..digits];

    /// <summary>The digest as a number.</summary>
    public static ulong Number(string text) => BinaryPrimitives.ReadUInt64BigEndian(Of(text));

    private static byte[] Of(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
