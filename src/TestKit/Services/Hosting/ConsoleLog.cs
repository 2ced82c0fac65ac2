using Microsoft.Extensions.Logging;

namespace ChainBridge.TestKit.Services.Hosting;

/// <summary>
/// The console logger of a service in the test's process. Its lines would stand between those of all tests; they are in the
/// service's <see cref="LogBuffer"/>, and a test that fails shows them.
/// </summary>
internal static class ConsoleLog
{
    private const string Provider = "Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider";
    private const string Alias = "Console";

    /// <summary>Lets nothing through to it. The application's own rules for it go, because the most particular rule wins.</summary>
    public static void Silence(LoggerFilterOptions options)
    {
        foreach (var rule in options.Rules.Where(rule => rule.ProviderName is Provider or Alias).ToList()) options.Rules.Remove(rule);
        options.Rules.Add(new(Provider, categoryName: null, LogLevel.None, filter: null));
    }
}
