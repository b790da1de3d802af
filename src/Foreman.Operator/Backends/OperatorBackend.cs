using Foreman.Api;
using Foreman.Operator.Runs;
using Foreman.Scheduling;

namespace Foreman.Operator.Backends;

/// <summary>Runs in this process. What this process holds lives while it leads; what another one held is lost.</summary>
internal sealed class OperatorBackend(OperatorRuns runs) : IExecutionBackend
{
    /// <inheritdoc/>
    public IPlacementRules Rules => OperatorPlacement.Instance;

    /// <inheritdoc/>
    public void Start(AgenticTask task) => runs.Start(task);

    /// <inheritdoc/>
    public void Update(AgenticTask task) => runs.Update(task);

    /// <inheritdoc/>
    public HolderObservation? Observe(AgenticTask task) => null;

    /// <inheritdoc/>
    public void Release(AgenticTask task, ReleaseCause cause)
    {
        // A run whose attempt has left learns it from the task itself, by Update.
        if (cause == ReleaseCause.Deleted)
        {
            runs.Release(task);
        }
    }
}
