using Foreman.Api;
using Foreman.Agent.Cli;
using Foreman.Agent.Dispatching;
using Foreman.Agent.Draining;
using Foreman.Agent.Heartbeat;
using Foreman.Agent.Leasing;
using Foreman.Agent.Registration;
using Foreman.Probes;
using Foreman.Runner;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Hosting;

/// <summary>One life of the agent: start, work, drain, end.</summary>
internal sealed class AgentProcess : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly AgentContext _context;
    private readonly HostState _state = new();
    private readonly HostProbe _probe;
    private readonly NodeLease _lease;
    private readonly NodeWatch _node;
    private readonly HeartbeatLoop _heartbeat;
    private readonly TaskRunner _runner;
    private readonly Dispatcher _dispatcher;
    private readonly CancellationTokenSource _hardStop = new();

    public AgentProcess(AgentContext context)
    {
        _context = context;
        _probe = new HostProbe(context.Settings.Probe, context.Time);
        _lease = new NodeLease(context);
        _node = new NodeWatch(context, _state);
        _heartbeat = new HeartbeatLoop(context, _state, _probe, _node, _lease);
        _runner = new TaskRunner(context.Kubernetes, RunnerOptionsOf(context), context.Time, context.Logger);
        _dispatcher = new Dispatcher(context, _runner, _state, _hardStop.Token);
    }

    /// <summary>Runs until told to stop, and returns the exit code.</summary>
    /// <exception cref="AgentStopException">The start can't be completed.</exception>
    public async Task<int> RunAsync(StopRequests stop)
    {
        await StartAsync(stop.Drain);
        using var ending = new CancellationTokenSource();
        using var released = new CancellationTokenSource();
        var lease = _lease.HoldAsync(released.Token);
        var loops = Task.WhenAll(
            Guarded(_node.RunAsync(ending.Token), ending),
            Guarded(_heartbeat.RunAsync(ending.Token), ending),
            Guarded(_dispatcher.RunAsync(ending.Token), ending),
            Guarded(_runner.ReplayOutboxAsync(ending.Token), ending));
        try
        {
            return await UntilToldAsync(stop, lease, loops, ending);
        }
        finally
        {
            await ending.CancelAsync();
            await released.CancelAsync();
            await lease;
            _context.Logger.LogInformation("Stopped");
        }
    }

    public void Dispose()
    {
        _heartbeat.Dispose();
        _probe.Dispose();
        _lease.Dispose();
        _hardStop.Dispose();
    }

    private static RunnerOptions RunnerOptionsOf(AgentContext context) => new()
    {
        Holder = context.Identity.Holder,
        NodeName = context.NodeName,
        Hosts = Placement.Node,
        WorkspaceRoot = context.Settings.Runs.WorkspaceDir,
        StateDirectory = context.Settings.Runs.StateDir,
        Mode = context.Settings.Runs.Mode,
        StubSleep = context.Settings.Runs.StubSleep,
        KeepWorkspace = context.Settings.Runs.KeepWorkspace,
        Seed = context.Seed,
    };

    // A loop that breaks off ends the others, so that the process does not go on with a part of itself missing.
    private static async Task Guarded(Task loop, CancellationTokenSource ending)
    {
        try
        {
            await loop;
        }
        catch
        {
            await ending.CancelAsync();
            throw;
        }
    }

    private static Task Cancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => cancelled.TrySetResult());
        return cancelled.Task;
    }

    private async Task<int> UntilToldAsync(StopRequests stop, Task<string?> lease, Task loops, CancellationTokenSource ending)
    {
        var ended = await Task.WhenAny(loops, lease, Cancelled(stop.Drain));
        if (ended == loops)
        {
            await loops;
        }

        var lost = ended == lease ? await lease : null;
        if (lost is not null)
        {
            _context.Logger.LogError("The Lease of {Node} was taken by {Holder}: another agent serves this name now", _context.NodeName, lost);
        }

        await DrainAsync(lost is null ? _context.Settings.Runs.DrainTimeout : TimeSpan.Zero, stop.Now);
        await ending.CancelAsync();
        await loops;
        return lost is null ? ExitCodes.Done : ExitCodes.TryAgain;
    }

    /// <summary>
    /// The order matters: nothing is written before the CRDs are known to be right, no task is looked at before the Lease
    /// is held, and the first status, which names this process, comes before any claim.
    /// </summary>
    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var patience = new StartPatience(_context);
        var probing = _heartbeat.ProbeAsync(cancellationToken);
        await patience.DoAsync(
            async cancel =>
            {
                await DefinitionCheck.RunAsync(_context.Kubernetes, cancel);
                return true;
            },
            cancellationToken);
        var node = await patience.DoAsync(new NodeRegistration(_context).EnsureAsync, cancellationToken);
        await _lease.AcquireAsync(node, patience, cancellationToken);
        _node.Know(node);
        await probing;
        await _heartbeat.TryWriteAsync(cancellationToken);
        _context.Logger.LogInformation(
            "{Node} is in the fleet as {Holder}: {Slots} slots, accelerator {Accelerator}",
            _context.NodeName, _context.Identity.Holder, _state.Facts.Probed?.Slots, _state.Facts.Probed?.Capability.Accelerator);
    }

    /// <summary>No new work; runs go on to the deadline and are then given back. A second request gives them back now.</summary>
    private async Task DrainAsync(TimeSpan timeout, CancellationToken now)
    {
        var time = _context.Time;
        _context.Logger.LogInformation("Draining: no new tasks; runs may go on for {Timeout:0} s", timeout.TotalSeconds);
        _state.Change(facts => facts with { Stopping = Acceptance.Stopping(time.GetUtcNow(), timeout) });
        _dispatcher.Drain(time.GetUtcNow() + timeout);
        await _heartbeat.TryWriteAsync(CancellationToken.None);
        var idle = _dispatcher.WhenIdleAsync();
        var hurried = Cancelled(now);
        if (await Task.WhenAny(idle, hurried, Task.Delay(timeout + Grace, time, CancellationToken.None)) == hurried)
        {
            _context.Logger.LogWarning("Stopping now: runs are given back");
            _dispatcher.Drain(time.GetUtcNow());
            await Task.WhenAny(idle, Task.Delay(Grace, time, CancellationToken.None));
        }

        if (!idle.IsCompleted)
        {
            _context.Logger.LogWarning("Runs are left where they are; their results, if any, are delivered by the next process");
            await _hardStop.CancelAsync();
            await Task.WhenAny(idle, Task.Delay(Grace, time, CancellationToken.None));
        }
    }
}
