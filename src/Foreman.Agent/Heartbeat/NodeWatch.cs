using Foreman.Api;
using Foreman.Agent.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Agent.Heartbeat;

/// <summary>Follows this host's FleetNode: what is stored, what the admin asks for, and whether it is still there.</summary>
internal sealed class NodeWatch
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(10);

    private readonly AgentContext _context;
    private readonly HostState _state;
    private readonly Reflector<FleetNode> _reflector;
    private volatile FleetNode? _current;

    public NodeWatch(AgentContext context, HostState state)
    {
        (_context, _state) = (context, state);
        _reflector = new Reflector<FleetNode>(context.Kubernetes, new ReflectorOptions
        {
            FieldSelector = Selectors.Equal("metadata.name", context.NodeName),
            Time = context.Time,
            Seed = context.Seed,
            Logger = context.Logger,
        });
    }

    /// <summary>Raised when the node has changed or is gone.</summary>
    public event Action? Changed;

    /// <summary>The node as last seen; null when it is gone.</summary>
    public FleetNode? Current => _current;

    /// <summary>Sets what a read has found: a drain that it asks for holds before the first task is taken.</summary>
    public void Set(FleetNode node)
    {
        _current = node;
        _state.Change(facts => facts with { RequestedDrain = node.Spec.Drain });
    }

    /// <summary>Sets the result of an own write, unless the watch has shown something newer meanwhile.</summary>
    public void Set(FleetNode written, FleetNode before) => Interlocked.CompareExchange(ref _current, written, before);

    /// <summary>A write found that the node is gone.</summary>
    public void Clear() => _current = null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var subscription = _reflector.Store.Subscribe(OnEvent);
        _ = ClearWhenAbsentAsync();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _reflector.RunAsync(cancellationToken);
            }
#pragma warning disable CA1031 // A host that no longer sees its node would miss a drain, whatever the fault.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _context.Logger.NodeWatchBrokeOff(e);
                await Task.Delay(FaultPause, _context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Deleted between the registration and the first list: there is no event for that.
    private async Task ClearWhenAbsentAsync()
    {
        try
        {
            await _reflector.Ready;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (_reflector.Store.Snapshot().IsEmpty)
        {
            Clear();
            Changed?.Invoke();
        }
    }

    private void OnEvent(ResourceEvent<FleetNode> change)
    {
        if (change.Type != ResourceEventType.Deleted)
        {
            _current = change.Object;
        }
        else if (_current?.Uid() == change.Object.Uid())
        {
            _current = null;
        }

        _state.Change(facts => facts with { RequestedDrain = _current?.Spec.Drain });
        Changed?.Invoke();
    }
}
