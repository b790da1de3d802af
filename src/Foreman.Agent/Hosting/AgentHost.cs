using System.Runtime.InteropServices;
using Foreman.Agent.Cli;
using Foreman.Agent.Heartbeat;
using Foreman.Agent.Identity;
using Foreman.AgentLoop.Telemetry;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Hosting;

/// <summary><c>foreman-agent</c> without a command: sets up the process and runs the agent until it is told to stop.</summary>
internal static class AgentHost
{
    private const string Program = "foreman-agent";

    /// <exception cref="ExitException">The agent can't go on.</exception>
    public static async Task<int> RunAsync(AgentSettings settings, ConsoleStreams console)
    {
        if (HostLimits.Refusal() is { } refusal)
        {
            throw refusal;
        }

        using var stop = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT);
        using var log = new LineLoggerProvider(console.Error, settings.Verbose ? LogLevel.Debug : LogLevel.Information, console.Time);
        var logger = log.CreateLogger("");
        foreach (var warning in settings.Warnings)
        {
            logger.FlagHasNoEffect(warning);
        }

        var (kubernetes, credentials) = ClusterConnection.Open(settings.Cluster, console.Time, logger);
        using var connection = kubernetes;
        WritableFolder.Ensure(settings.Runs.WorkspaceDir, "--workspace-dir", "the runs' workspaces");
        using var identity = HostIdentity.Open(settings.Runs.StateDir, Guid.NewGuid().ToString("n")[..8]);
        var builder = ProgramHost.CreateBuilder(Program, logger, console.Time, stop.Stop);
        builder.AddTelemetry(
            TelemetrySettings.Read(console.Environment),
            new TelemetrySources(Program, NodeStatus.Version, [LoopTelemetry.SourceName], [LoopTelemetry.SourceName, ReflectorMetrics.MeterName, ClientMeters.Name]));
        builder.Services.AddAgent(new AgentContext(settings, kubernetes, identity, console.Time, logger) { Credentials = credentials }, stop);
        try
        {
            return await ProgramHost.RunAsync(builder);
        }
        catch (OperationCanceledException) when (stop.Stop.IsCancellationRequested)
        {
            logger.StoppedWhileStarting();
            return ExitCodes.Done;
        }
    }
}
