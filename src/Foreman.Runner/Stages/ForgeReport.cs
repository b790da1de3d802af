using System.Text.Json.Nodes;
using Foreman.Primitives;

namespace Foreman.Runner.Stages;

/// <summary>What a run adds to its report about issues and pull requests. Pure.</summary>
internal static class ForgeReport
{
    private const int MaxError = 1000;
    private const int MaxInSummary = 160;
    private const int MaxWarnings = 10;

    /// <summary>The report with the pull request, or with why there is none. The verdict is about the change, which is pushed, and stays.</summary>
    /// <param name="report">As the stages before made it.</param>
    /// <param name="record">The run.</param>
    public static WorkReport Add(WorkReport report, RunRecord record)
    {
        if (report.Stopped || (record.PullRequest is null && record.IssueError is null))
        {
            return report;
        }

        var extra = report.Envelope.Extra?.DeepClone().AsObject() ?? [];
        var envelope = report.Envelope with { Extra = extra };
        if (record.IssueError is { } unread)
        {
            extra["issueError"] = Printable.Line(unread, MaxError);
        }

        if (record.PullRequest is { Url: { } url } made)
        {
            extra["pullRequestURL"] = url;
            extra["pullRequestDraft"] = made.IsDraft;
        }

        if (record.PullRequest is { Warnings: { Count: > 0 } warnings })
        {
            extra["pullRequestWarnings"] = new JsonArray([.. warnings.Take(MaxWarnings).Select(w => (JsonNode)Printable.Line(w, MaxError))]);
        }

        if (record.PullRequest is { Error: { } error })
        {
            extra["pullRequestError"] = Printable.Line(error, MaxError);

            // First, since summaries are cut.
            envelope = envelope with { Summary = $"{record.Repository?.Tree.Plan.Branch} is {(record.Publication is null ? "found good" : "pushed")}, but has no pull request: {Printable.Line(error, MaxInSummary)}; {envelope.Summary}" };
        }

        return report with { Envelope = envelope };
    }
}
