using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Operator.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Try;

/// <summary>The operator of <c>try</c>, in this process; its log is a file.</summary>
internal sealed class TryOperator : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly StreamWriter _file;
    private readonly LineLoggerProvider _provider;
    private readonly KubernetesClient _client;

    private TryOperator(TryEnvironment environment, IReadOnlyList<TaskSchedule> schedules, CancellationToken stop)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _file = new StreamWriter(environment.Folder.Log("operator"));
        _provider = new LineLoggerProvider(_file, LogLevel.Debug, environment.Time);
        Logger = _provider.CreateLogger("foreman-operator");
        _client = ClientFactory.Create(environment.Kubeconfig, null, environment.Time, Logger);
        var settings = new OperatorSettings { StateDir = environment.Folder.OperatorState, Schedules = schedules.Count == 0 ? null : new() { Declared = schedules } };
        Ended = new OperatorHost(_client, settings, environment.Time, Logger).RunAsync(_stop.Token);
    }

    public ILogger Logger { get; }

    /// <summary>Done when it has ended; faulted when it could not go on.</summary>
    public Task Ended { get; }

    public static TryOperator Start(TryEnvironment environment, IReadOnlyList<TaskSchedule> schedules, CancellationToken stop) => new(environment, schedules, stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(Ended);
        _client.Dispose();
        _provider.Dispose();
        await _file.DisposeAsync();
        _stop.Dispose();
    }
}
