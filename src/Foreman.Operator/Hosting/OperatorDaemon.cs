using System.Runtime.InteropServices;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Hosting;

/// <summary>The operator as a process of its own: signals, log on standard error, exit code.</summary>
internal static class OperatorDaemon
{
    /// <exception cref="ExitException">The operator can't go on.</exception>
    public static async Task<int> RunAsync(OperatorSettings settings, ConsoleStreams console)
    {
        if (HostLimits.Refusal() is { } refusal)
        {
            throw refusal;
        }

        using var signals = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
        using var log = new LineLoggerProvider(console.Error, settings.Verbose ? LogLevel.Debug : LogLevel.Information, console.Time);
        var logger = log.CreateLogger("foreman-operator");
        foreach (var warning in settings.Warnings)
        {
            logger.FlagHasNoEffect(warning);
        }

        try
        {
            using var client = ClientFactory.Create(settings.Kubeconfig, settings.KubeContext, console.Time, logger);
            var host = new OperatorHost(client, settings, console.Time, logger) { Telemetry = TelemetrySettings.Read(console.Environment), StopNow = signals.StopNow };
            return await host.RunAsync(signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            throw new ExitException(ExitCodes.TryAgain, e.Message, e);
        }
    }
}
