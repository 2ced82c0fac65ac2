using ChainBridge.TestKit.Services.Hosting;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class ConsoleLogTests
{
    [Theory]
    [InlineData("Console")]
    [InlineData("Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider")]
    public void The_console_logger_is_silent_whatever_rules_the_service_has_for_it_and_the_other_rules_stay(string provider)
    {
        var options = new LoggerFilterOptions();
        options.Rules.Add(new(provider, "Shop", LogLevel.Trace, filter: null));
        options.Rules.Add(new(providerName: null, "Shop", LogLevel.Debug, filter: null));
        ConsoleLog.Silence(options);
        options.Rules.Should().NotContain(rule => rule.ProviderName == provider && rule.CategoryName == "Shop");
        options.Rules.Should().Contain(rule => rule.ProviderName == null && rule.LogLevel == LogLevel.Debug);
        options.Rules.Should().ContainSingle(rule => rule.ProviderName != null).Which.LogLevel.Should().Be(LogLevel.None);
    }
}
