using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Operator.Logging;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Hosting;

/// <summary>The operator as a process of its own: signals, log on standard error, exit code.</summary>
internal static class OperatorDaemon
{
    public static async Task<int> RunAsync(OperatorSettings settings, OperatorConsole console)
    {
        using var signals = new StopSignals();
        using var log = new LineLoggerProvider(console.Error, settings.Verbose ? LogLevel.Debug : LogLevel.Information, console.Time);
        using var loggers = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Debug).AddProvider(log));
        var logger = loggers.CreateLogger("foreman-operator");
        foreach (var warning in settings.Warnings)
        {
            logger.LogWarning("{Warning}", warning);
        }

        try
        {
            using var client = ClientFactory.Create(settings.Kubeconfig, settings.KubeContext, console.Time, logger);
            await new OperatorHost(client, settings, console.Time, logger).RunAsync(signals.Stop);
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            throw new CommandException(ExitCodes.TryAgain, e.Message, e);
        }
    }
}
