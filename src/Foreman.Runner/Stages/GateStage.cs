using Foreman.Api;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;
using Foreman.Tools.Workspaces;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Checks a branch and ends the run with what the checks found: no model has a say. It leaves nothing behind.</summary>
internal sealed class GateStage(RunnerOptions options, TimeProvider time, ILogger logger) : IStage
{
    /// <summary>Where commands run on a host that runs none.</summary>
    internal static readonly CommandCage NoCommands = new(null, "this runner runs no commands");

    /// <inheritdoc/>
    public string Name => "gate";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string OutsideEffect(RunRecord record) => $"runs the checks of {record.Repository?.Address} in the sandbox";

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (record.Repository is not { } repository)
        {
            throw new StageException(FailureReason.Unsupported, "spec.payload.repo is empty: there is nothing to check");
        }

        try
        {
            var report = await RunGate.RunAsync(record, options.Commands?.Invoke() ?? NoCommands, options.Redaction, stop).ConfigureAwait(false);
            return new StageResult.Done(GateEnding.Of(report, repository.Tree.Plan.Branch, repository.Tree.StartSha, time.GetElapsedTime(record.StartedAt)));
        }
        catch (WorkspaceException e)
        {
            throw new StageException(FailureReason.InfrastructureError, e.Message);
        }
        finally
        {
            RunCleanup.RemoveAll(record, options.KeepWorkspace, logger);
        }
    }
}
