using Foreman.Api;
using Foreman.Scheduling;

namespace Foreman.Operator.Backends;

/// <summary>
/// Runs in the agent on the host. There is nothing to start or release from here: the agent follows the tasks that are assigned
/// to it, and its Lease, which the scheduler sees, says whether it lives.
/// </summary>
internal sealed class NodeBackend : IExecutionBackend
{
    /// <inheritdoc/>
    public IPlacementRules Rules => NodePlacement.Instance;

    /// <inheritdoc/>
    public void Start(AgenticTask task)
    {
    }

    /// <inheritdoc/>
    public void Update(AgenticTask task)
    {
    }

    /// <inheritdoc/>
    public HolderObservation? Observe(AgenticTask task) => null;

    /// <inheritdoc/>
    public void Release(AgenticTask task, ReleaseCause cause)
    {
    }
}
