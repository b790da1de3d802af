using Foreman.Operator.Cli;
using Foreman.Operator.Metrics;
using Microsoft.Extensions.Hosting;

namespace Foreman.Operator.Health;

/// <summary>Serves health and metrics from before the start checks until everything else has stopped.</summary>
internal sealed class HealthService(OperatorSettings settings, Func<PrometheusWriter, HealthSources> sources, string[] meters) : IHostedService, IDisposable
{
    private readonly PrometheusWriter _metrics = new(meters);
    private HealthEndpoints? _endpoints;

    /// <exception cref="Foreman.Hosting.ExitException">A port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken) =>
        _endpoints = await HealthEndpoints.StartAsync(settings, sources(_metrics), cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_endpoints is { } endpoints)
        {
            await endpoints.DisposeAsync();
        }
    }

    public void Dispose() => _metrics.Dispose();
}
