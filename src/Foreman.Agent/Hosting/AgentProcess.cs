using Foreman.Api;
using Foreman.Agent.Cli;
using Foreman.Agent.Dispatching;
using Foreman.Agent.Draining;
using Foreman.Agent.Heartbeat;
using Foreman.Agent.Leasing;
using Foreman.Agent.Registration;
using Foreman.Probes;
using Foreman.Runner;
using Foreman.Runner.Stages;
using Foreman.Runner.Supervision;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Hosting;

/// <summary>One life of the agent: start, work, drain, end.</summary>
internal sealed class AgentProcess : IDisposable
{
    private readonly AgentContext _context;
    private readonly HostState _state = new();
    private readonly HostProbe _probe;
    private readonly NodeLease _lease;
    private readonly NodeWatch _node;
    private readonly HeartbeatLoop _heartbeat;
    private readonly TaskRunner _runner;
    private readonly RunSupervisor _runs;
    private readonly Dispatcher _dispatcher;

    public AgentProcess(AgentContext context)
    {
        _context = context;
        _probe = new HostProbe(context.Settings.Probe, context.Time);
        _lease = new NodeLease(context);
        _node = new NodeWatch(context, _state);
        _heartbeat = new HeartbeatLoop(context, _state, _probe, _node, _lease);
        var options = RunnerOptionsOf(context);
        _runner = new TaskRunner(context.Kubernetes, options, context.Time, context.Logger, StagesOf(context, options));
        _runs = new RunSupervisor(_runner, context.Time, context.Logger);
        _dispatcher = new Dispatcher(context, _runs, _state);
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
        _runs.Dispose();
    }

    private static RunnerOptions RunnerOptionsOf(AgentContext context) => new()
    {
        Holder = context.Identity.Holder,
        NodeName = context.NodeName,
        Placement = Placement.Node,
        WorkspaceRoot = context.Settings.Runs.WorkspaceDir,
        StateDirectory = context.Settings.Runs.StateDir,
        KeepWorkspace = context.Settings.Runs.KeepWorkspace,
        Seed = context.Seed,
    };

    private static StageRegistry StagesOf(AgentContext context, RunnerOptions options) => context.Settings.Runs.Mode == RunnerMode.Stub
        ? StageRegistry.Stub(context.Settings.Runs.StubSleep, context.Time, context.Logger)
        : StageRegistry.Native(context.Kubernetes, options, context.Time, context.Logger);

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
        var stopped = _runs.ShutdownAsync(timeout, now);
        await _heartbeat.TryWriteAsync(CancellationToken.None);
        await stopped;
    }
}
