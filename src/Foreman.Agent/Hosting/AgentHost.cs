using Foreman.Agent.Cli;
using Foreman.Agent.Identity;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Hosting;

/// <summary><c>foreman-agent</c> without a command: sets up the process and runs the agent until it is told to stop.</summary>
internal static class AgentHost
{
    public static async Task<int> RunAsync(AgentSettings settings, ConsoleStreams console)
    {
        using var stop = StopRequests.OfSignals();
        return await RunAsync(settings, console, stop, TimeProvider.System);
    }

    /// <summary>As above, with the stop requests and the clock of a test.</summary>
    public static async Task<int> RunAsync(AgentSettings settings, ConsoleStreams console, StopRequests stop, TimeProvider time)
    {
        var logger = new ConsoleLogger(console.Error, time, settings.Verbose ? LogLevel.Debug : LogLevel.Information);
        foreach (var warning in settings.Warnings)
        {
            logger.LogWarning("{Warning}", warning);
        }

        using var kubernetes = ClusterConnection.Open(settings.Cluster, time, logger);
        WritableFolder.Ensure(settings.Runs.WorkspaceDir, "--workspace-dir", "the runs' workspaces");
        using var identity = HostIdentity.Open(settings.Runs.StateDir, Guid.NewGuid().ToString("n")[..8]);
        using var agent = new AgentProcess(new AgentContext(settings, kubernetes, identity, time, logger));
        try
        {
            return await agent.RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.Drain.IsCancellationRequested)
        {
            logger.LogInformation("Stopped before the start was complete");
            return ExitCodes.Done;
        }
    }
}
