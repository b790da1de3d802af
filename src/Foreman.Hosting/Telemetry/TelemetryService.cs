using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Foreman.Hosting;

/// <summary>Says what goes wrong with the export, and bounds the time that the last export may hold up the end of the program.</summary>
internal sealed class TelemetryService(TracerProvider? tracer, MeterProvider? meter, TelemetrySettings settings, ILogger logger) : IHostedService, IDisposable
{
    /// <summary>Bound on the last export: a collector that does not answer must not delay the end.</summary>
    public static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(1.5);

    private ExportFailureListener? _listener;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var problem in settings.Problems)
        {
            logger.TelemetrySettingIgnored(problem);
        }

        _listener = tracer is null && meter is null ? null : new ExportFailureListener(logger);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var limit = (int)ShutdownLimit.TotalMilliseconds;
        var complete = await Task.WhenAll(
            Task.Run(() => tracer?.Shutdown(limit) ?? true, CancellationToken.None),
            Task.Run(() => meter?.Shutdown(limit) ?? true, CancellationToken.None)).ConfigureAwait(false);
        if (complete.Contains(false))
        {
            logger.ShutdownTimedOut(ShutdownLimit.TotalSeconds);
        }
    }

    public void Dispose() => _listener?.Dispose();
}
