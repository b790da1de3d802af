using Foreman.Api;
using Foreman.Runner.Unions;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Makes the report of an integrate and removes what it needed only while it ran.</summary>
internal sealed class UnionReportStage(RunnerOptions options, TimeProvider time, ILogger logger) : IStage
{
    /// <inheritdoc/>
    public string Name => "report";

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => options.KeepWorkspace ? null : $"removes the workspace {record.Workspace}";

    /// <inheritdoc/>
    public Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        RunCleanup.RemoveAll(record, options.KeepWorkspace, logger);
        return Task.FromResult<StageResult>(new StageResult.Done(ForgeReport.Add(UnionEnding.OfIntegrate(record, time.GetElapsedTime(record.StartedAt)), record)));
    }
}
