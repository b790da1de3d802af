using Foreman.Api;

namespace Foreman.Runner;

/// <summary>What the supervisor starts; each call is one run of an assignment, or the settling of one.</summary>
public interface ITaskRunner
{
    /// <inheritdoc cref="TaskRunner.RunAsync"/>
    Task<RunOutcome> RunAsync(AgenticTask assigned, RunSignals signals, CancellationToken hardStop);

    /// <inheritdoc cref="TaskRunner.DeclineAsync"/>
    Task<RunOutcome> DeclineAsync(AgenticTask assigned, string reason, string message, CancellationToken cancellationToken);

    /// <inheritdoc cref="TaskRunner.ReclaimAsync"/>
    Task<RunOutcome> ReclaimAsync(AgenticTask running, CancellationToken cancellationToken);

    /// <inheritdoc cref="TaskRunner.ReleaseAsync"/>
    Task<RunOutcome> ReleaseAsync(AgenticTask task, string message, CancellationToken cancellationToken);
}
