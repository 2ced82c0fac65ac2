using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ChainBridge.TestKit.Services.Hosting;

/// <summary>What a service in this process logs, with its scopes: the correlation id is in one.</summary>
internal sealed class LogBufferProvider(LogBuffer log) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private void Write(string category, LogLevel level, string message, Exception? failure)
    {
        var scopes = new List<string>();
        _scopes.ForEachScope((scope, into) => into.Add(Describe(scope)), scopes);
        var line = string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {level} {category}: "
            + $"{message}{(scopes.Count > 0 ? $" [{string.Join("; ", scopes)}]" : "")}");
        foreach (var part in $"{line}{(failure is null ? "" : $"\n{failure}")}".Split('\n')) log.Add(part);
    }

    private static string Describe(object? scope) =>
        scope is IEnumerable<KeyValuePair<string, object?>> pairs
            ? string.Join(", ", pairs.Select(pair => $"{pair.Key}={pair.Value}"))
            : $"{scope}";

    private sealed class Logger(LogBufferProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Write(category, logLevel, formatter(state, exception), exception);
    }
}
