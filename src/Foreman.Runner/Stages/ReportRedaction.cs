using Foreman.AgentLoop.Results;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Stages;

/// <summary>
/// Leaves keys and tokens out of everything that a run tells the cluster: names of files, words of a model and the output of checks get there in many ways, and only
/// the last step sees all of them. Pure.
/// </summary>
internal static class ReportRedaction
{
    /// <summary>The report without them.</summary>
    /// <param name="report">As the stages made it, before any text of it is cut for the API.</param>
    /// <param name="redaction">What is looked for.</param>
    public static WorkReport Of(WorkReport report, Redaction redaction)
    {
        // Bounded between the two: the summary must be whole to be looked through, and what is added must be valid text to be copied.
        var envelope = ResultLimit.Bound(report.Envelope with { Summary = redaction.Text(report.Envelope.Summary) });
        return report with
        {
            Envelope = envelope with { Extra = envelope.Extra is { } extra ? redaction.Members(extra) : null },
            Message = redaction.Text(report.Message),
            McpFaults = [.. report.McpFaults.Select(redaction.Text)],
            Note = report.Note is { } note ? redaction.Text(note) : null,
            Gate = report.Gate is { } gate ? [.. gate.Select(check => check with { Excerpt = check.Excerpt is { } text ? GateJudge.Excerpt(redaction.Text(text), null) : null })] : null,
        };
    }

    /// <summary>Progress without them: the name of a tool is a model's word, and faults of MCP servers are words of theirs.</summary>
    /// <param name="progress">Where a run stands.</param>
    /// <param name="redaction">What is looked for.</param>
    public static TaskProgress Of(TaskProgress progress, Redaction redaction) => progress with
    {
        Tool = progress.Tool is { } tool ? redaction.Text(tool) : null,
        McpFaults = progress.McpFaults is { } faults ? [.. faults.Select(redaction.Text)] : null,
    };
}
