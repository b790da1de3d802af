using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Repositories;
using Foreman.Runner.Unions;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Compares slices of work with what they are said to share, and ends the run with what it found. It changes nothing and leaves nothing behind.</summary>
internal sealed class ReconcileStage(RunnerOptions options, TimeProvider time, ILogger logger) : IStage
{
    /// <inheritdoc/>
    public string Name => "reconcile";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (record.Repository is null)
        {
            throw new StageException(FailureReason.Unsupported, "spec.payload.repo is empty: there is nothing to compare");
        }

        try
        {
            var found = await SharedCheck.RunAsync(record, stop).ConfigureAwait(false);
            return new StageResult.Done(UnionEnding.OfReconcile(record, found, time.GetElapsedTime(record.StartedAt)));
        }
        catch (GitException e)
        {
            throw RepositoryFaults.Ended(e);
        }
        finally
        {
            RunCleanup.RemoveAll(record, options.KeepWorkspace, logger);
        }
    }
}
