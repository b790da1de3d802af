using Foreman.Agent.Heartbeat;
using Foreman.Agent.Hosting;
using Foreman.Hosting;
using Foreman.Runner.Supervision;
using Microsoft.Extensions.Hosting;

namespace Foreman.Agent.Draining;

/// <summary>
/// Drains when the agent stops: no new work, and runs go on to the deadline, then they are given back. The second signal
/// gives them back immediately. After a fault there is no drain: what runs is left to the next process.
/// </summary>
internal sealed class DrainService(
    AgentContext context, StopSignals signals, HostOutcome outcome, HostState state, RunSupervisor runs, HeartbeatLoop heartbeat)
    : IHostedService
{
    private bool _started;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started || outcome.Failure is not null)
        {
            return Task.CompletedTask;
        }

        // Another exit code than Done: the Lease was lost, and the node's tasks are another agent's now.
        return DrainAsync(outcome.ExitCode == ExitCodes.Done ? context.Settings.Runs.DrainTimeout : TimeSpan.Zero);
    }

    private async Task DrainAsync(TimeSpan timeout)
    {
        var time = context.Time;
        context.Logger.Draining(timeout.TotalSeconds);
        state.Change(facts => facts with { Stopping = Acceptance.Stopping(time.GetUtcNow(), timeout) });
        var stopped = runs.ShutdownAsync(timeout, signals.StopNow);
        await TellAsync();
        await stopped;
    }

    // That the host drains; nobody waits for it once the process is told to stop immediately.
    private async Task TellAsync()
    {
        try
        {
            await heartbeat.TryWriteAsync(signals.StopNow);
        }
        catch (OperationCanceledException) when (signals.StopNow.IsCancellationRequested)
        {
        }
    }
}
