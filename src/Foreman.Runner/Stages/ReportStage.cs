using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Runner.Publishing;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Makes the report of the run and removes its workspace, unless that holds what the task delivered.</summary>
internal sealed class ReportStage(RunnerOptions options, ILogger logger) : IStage
{
    /// <inheritdoc/>
    public string Name => "report";

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => IsKept(record) ? null : $"removes the workspace {record.Workspace}";

    /// <inheritdoc/>
    public Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        var isKept = IsKept(record);
        RunCleanup.RemoveRepository(record, logger);
        if (!isKept)
        {
            RunCleanup.RemoveWorkspace(record, logger);
        }

        return Task.FromResult<StageResult>(new StageResult.Done(ReportOf(record, isKept ? record.Workspace : null, stop.IsCancellationRequested)));
    }

    // Files that a task made and nobody fetched yet are the task's result; everything else is scratch.
    private bool IsKept(RunRecord record) => options.KeepWorkspace
        || (record.Publication is not { IsPushed: true } and not { KeptOn: not null } && record.LoopResult is { } result && result.Phase == TaskPhase.Succeeded && result.Files.Count > 0);

    private WorkReport ReportOf(RunRecord record, string? workspace, bool isStopped)
    {
        var result = record.LoopResult!;
        if (isStopped && result.Envelope.FailureReason == FailureReason.Cancelled)
        {
            return WorkReport.StoppedWith(result.Usage) with { ResumedFrom = record.Earlier?.Point, Note = record.Note, McpFaults = result.McpFaults };
        }

        var phase = result.Envelope.FailureReason == FailureReason.Timeout ? RunLimits.PhaseOfTimeout(record.Agent, record.Attempt.Task.Spec) : result.Phase;
        var report = new WorkReport(result.Envelope, phase, result.Usage)
        {
            ResumedFrom = record.Earlier?.Point,
            Note = record.Note,
            McpFaults = result.McpFaults,
            AttemptReason = result.Envelope.FailureReason == FailureReason.InfrastructureError && DiskFaults.SaysFull(result.Envelope.Summary) ? Reasons.DiskPressure : null,
        };
        report = RepositoryReport.Add(report, record);
        report = record.Review is null ? report with { Envelope = CoderOutcome.Of(report.Envelope, record.Agent, record.IsResolvedInBase) } : report;
        report = ForgeReport.Add(report, record);
        if (workspace is null)
        {
            return report;
        }

        var extra = report.Envelope.Extra?.DeepClone().AsObject() ?? [];
        extra["workspace"] = new JsonObject { ["host"] = options.NodeName, ["path"] = workspace };
        return report with { Envelope = report.Envelope with { Extra = extra } };
    }
}
