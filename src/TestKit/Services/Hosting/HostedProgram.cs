using System.Diagnostics;
using System.Reflection;
using ChainBridge.TestKit.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChainBridge.TestKit.Services.Hosting;

/// <summary>
/// A program's <c>Main</c> on a thread of this process. Hosts announce that they are being built and that they are built, on the
/// building thread; there settings, clock and services are put in. Nothing of the program is changed for it.
/// </summary>
internal sealed class HostedProgram : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IAsyncDisposable
{
    private const string HostListener = "Microsoft.Extensions.Hosting";
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly Assembly _assembly;
    private readonly InProcessOptions _options;
    private readonly LogBuffer _log;
    private readonly TaskCompletionSource<IServiceProvider> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set on the program's own thread and what it starts: other hosts of this process are left alone.</summary>
    private readonly AsyncLocal<bool> _here = new();
    private IHost? _host;

    public HostedProgram(Assembly assembly, InProcessOptions options, LogBuffer log) =>
        (_assembly, _options, _log) = (assembly, options, log);

    /// <summary>How it ended, for people; ends when it does.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Starts it; answers its services once its host has started.</summary>
    public async Task<IServiceProvider> StartAsync(CancellationToken cancellationToken)
    {
        var main = _assembly.EntryPoint
            ?? throw new ServiceStartException($"{_assembly.GetName().Name} has no Main: name a type of the program's own assembly");
        string[] arguments = [.. _options.Settings.Where(setting => setting.Value is not null)
            .Select(setting => $"--{setting.Key}={setting.Value}")];
        var listening = DiagnosticListener.AllListeners.Subscribe(this);
        new Thread(() => Run(main, arguments)) { IsBackground = true, Name = $"service {_assembly.GetName().Name}" }.Start();
        try
        {
            return await _started.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            listening.Dispose();
        }
    }

    /// <summary>Asks it to stop as its host is asked by SIGTERM, and waits until <c>Main</c> is done.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is null || _ended.Task.IsCompleted) return;
        _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        try
        {
            await _ended.Task.WaitAsync(StopTimeout);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_assembly.GetName().Name} did not stop within {StopTimeout.TotalSeconds} s; its Main goes on");
        }
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == HostListener && _here.Value) value.Subscribe(this);
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (!_here.Value) return;
        if (value is { Key: "HostBuilding", Value: IHostBuilder builder }) Put(builder);
        if (value is { Key: "HostBuilt", Value: IHost host }) Built(host);
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    private void Run(MethodInfo main, string[] arguments)
    {
        _here.Value = true;
        try
        {
            var code = main.Invoke(null, main.GetParameters().Length == 0 ? null : [arguments]);
            _ended.TrySetResult(ExitCodes.Describe(code is int number ? number : 0));
        }
        catch (Exception failure)
        {
            var own = failure is TargetInvocationException { InnerException: { } inner } ? inner : failure;
            _log.Add($"{own}");
            _ended.TrySetResult($"{own.GetType().Name}: {own.Message}");
        }
    }

    private void Put(IHostBuilder builder)
    {
        builder.ConfigureAppConfiguration(configuration => configuration.AddInMemoryCollection(_options.Settings));
        builder.ConfigureServices(services =>
        {
            services.AddLogging(logging => logging.AddProvider(new LogBufferProvider(_log)));
            services.PostConfigure<LoggerFilterOptions>(ConsoleLog.Silence);
            if (_options.Time is not null) services.UseTime(_options.Time);
            _options.ConfigureServices?.Invoke(services);
        });
    }

    private void Built(IHost host)
    {
        // The first is the program's own; one that it builds besides is not looked at.
        if (Interlocked.CompareExchange(ref _host, host, null) is not null) return;
        if (host.Services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>() is { } addresses)
        {
            addresses.Addresses.Clear();
            addresses.Addresses.Add("http://127.0.0.1:0");
            addresses.PreferHostingUrls = true;
        }

        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStarted.Register(() => _started.TrySetResult(host.Services));
    }
}
