using Foreman.Api;
using Foreman.Runner.Gates;
using Foreman.Tools.Workspaces;

namespace Foreman.Runner.Stages;

/// <summary>Checks what an integrate has joined, where it has joined something.</summary>
internal sealed class UnionGateStage(RunnerOptions options) : IStage
{
    /// <inheritdoc/>
    public string Name => "gate";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => HasWork(record) ? $"runs the checks of {record.Repository?.Address} in the sandbox" : null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (!HasWork(record))
        {
            return new StageResult.Next(record);
        }

        try
        {
            return new StageResult.Next(record with { Gate = await RunGate.RunAsync(record, options.Commands?.Invoke() ?? GateStage.NoCommands, options.Redaction, stop).ConfigureAwait(false) });
        }
        catch (WorkspaceException e)
        {
            throw new StageException(FailureReason.InfrastructureError, e.Message);
        }
    }

    private static bool HasWork(RunRecord record) => record.Union is { IsRejected: false, Joined.IsEmpty: false };
}
