using System.IO.Enumeration;

namespace ChainBridge.TestKit.Assertions;

/// <summary>Texts with <c>*</c> and <c>?</c>.</summary>
internal static class Wildcard
{
    public static bool Matches(string text, string pattern) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
