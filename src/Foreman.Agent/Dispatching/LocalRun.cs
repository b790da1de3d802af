using Foreman.Api;
using Foreman.Runner;

namespace Foreman.Agent.Dispatching;

/// <summary>A run on this host.</summary>
/// <param name="Task">The task as it was assigned.</param>
/// <param name="Signals">What the run is told.</param>
/// <param name="TakesSlot">False for the settling of an earlier process's attempt.</param>
internal sealed record LocalRun(AgenticTask Task, RunSignals Signals, bool TakesSlot)
{
    public long Attempt => Task.Status.Attempt;
}
