using Foreman.Agent.Dispatching;
using Foreman.Agent.Heartbeat;
using Foreman.Agent.Hosting;
using Foreman.Hosting;
using Microsoft.Extensions.Hosting;

namespace Foreman.Agent.Draining;

/// <summary>
/// Drains when the agent stops: no new work, and runs go on to the deadline, then they are given back. The second signal
/// gives them back immediately. After a fault there is no drain: what runs is left to the next process.
/// </summary>
internal sealed class DrainService(
    AgentContext context, StopSignals signals, HostOutcome outcome, RunAbort abort, HostState state, Dispatcher dispatcher, HeartbeatLoop heartbeat)
    : IHostedService
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

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
        dispatcher.Drain(time.GetUtcNow() + timeout);
        await heartbeat.TryWriteAsync(CancellationToken.None);
        var idle = dispatcher.WhenIdleAsync();
        var stopNow = signals.StopNow.WhenCancelledAsync();
        if (await Task.WhenAny(idle, stopNow, Task.Delay(timeout + Grace, time, CancellationToken.None)) == stopNow)
        {
            context.Logger.StoppingNow();
            dispatcher.Drain(time.GetUtcNow());
            await Task.WhenAny(idle, Task.Delay(Grace, time, CancellationToken.None));
        }

        if (!idle.IsCompleted)
        {
            context.Logger.RunsAbandoned();
            await abort.AbortAsync();
            await Task.WhenAny(idle, Task.Delay(Grace, time, CancellationToken.None));
        }
    }
}
