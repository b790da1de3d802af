using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Foreman.Hosting;

/// <summary>What a program has to export.</summary>
/// <param name="Service">Name of the service, unless <c>OTEL_SERVICE_NAME</c> gives another.</param>
/// <param name="Version">Version of the service.</param>
/// <param name="ActivitySources">Names of its activity sources.</param>
/// <param name="Meters">Names of its meters.</param>
public sealed record TelemetrySources(string Service, string Version, IReadOnlyList<string> ActivitySources, IReadOnlyList<string> Meters);

/// <summary>Adds the export of traces and metrics to a host.</summary>
public static class TelemetryExtensions
{
    /// <summary>
    /// Exports by OTLP as the <c>OTEL_</c> variables of the process say; without settings nothing of OpenTelemetry is made.
    /// Call it before other services are added, so that what they measure while they stop is exported too.
    /// </summary>
    public static void AddTelemetry(this HostApplicationBuilder builder, TelemetrySettings? settings, TelemetrySources sources)
    {
        if (settings is null)
        {
            return;
        }

        if (settings.Traces || settings.Metrics)
        {
            AddExport(builder, settings, sources);
        }

        builder.Services.AddSingleton<IHostedService>(provider => new TelemetryService(
            provider.GetService<TracerProvider>(), provider.GetService<MeterProvider>(), settings, provider.GetRequiredService<ILogger>()));
    }

    private static void AddExport(HostApplicationBuilder builder, TelemetrySettings settings, TelemetrySources sources)
    {
        builder.Configuration.AddEnvironmentVariables();
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .Clear()
            .AddService(sources.Service, serviceVersion: sources.Version)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector());
        if (settings.Traces)
        {
            telemetry.WithTracing(tracing => tracing.AddSource([.. sources.ActivitySources]));
        }

        if (settings.Metrics)
        {
            telemetry.WithMetrics(metrics => metrics.AddMeter([.. sources.Meters]));
        }

        telemetry.UseOtlpExporter();
        RemoveOtherSignals(builder.Services, settings);
    }

    // The exporter registers all three signals, and each one that is resolved exports, even without a source.
    private static void RemoveOtherSignals(IServiceCollection services, TelemetrySettings settings)
    {
        services.RemoveAll<LoggerProvider>();
        services.RemoveAll<ILoggerProvider>();
        if (!settings.Traces)
        {
            services.RemoveAll<TracerProvider>();
        }

        if (!settings.Metrics)
        {
            services.RemoveAll<MeterProvider>();
            services.RemoveAll<IMetricsListener>();
        }
    }
}
