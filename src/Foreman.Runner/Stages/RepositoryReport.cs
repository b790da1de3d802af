using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;

namespace Foreman.Runner.Stages;

/// <summary>What a run in a repository adds to its report. Pure.</summary>
internal static class RepositoryReport
{
    /// <summary>The report with the branch, the commit, the gate, and the ending that these make of it.</summary>
    /// <param name="report">As the loop gave it.</param>
    /// <param name="record">The run.</param>
    public static WorkReport Add(WorkReport report, RunRecord record)
    {
        if (record.Publication is not { } made || report.Stopped)
        {
            return report;
        }

        var extra = report.Envelope.Extra?.DeepClone().AsObject() ?? [];
        extra[made.IsPushed ? "branch" : "intendedBranch"] = made.Branch;
        if (made.CommitSha is { } sha)
        {
            extra["commitSHA"] = sha;
        }

        if (made.Diff is { } diff)
        {
            extra["diff"] = new JsonObject { ["text"] = diff.Text, ["truncated"] = diff.Truncated, ["files"] = diff.Files.Count, ["added"] = diff.Added, ["deleted"] = diff.Deleted };
        }

        if (record.Gate is { } gate)
        {
            extra["gateAdvisories"] = GateEnding.Advisories(gate);
        }

        if (made.IsPushed && record.Gate?.Verdict != Verdict.GatePass)
        {
            extra["unverified"] = true;
        }

        var envelope = report.Envelope with { Extra = extra };
        if (record.Gate is { } failed && envelope.FailureReason == FailureReason.GateFailed)
        {
            envelope = envelope with { Summary = Unfinished(extra, made, failed) };
        }

        if (made.Ending is { } ending)
        {
            extra["outcome"] = ending.Outcome;
            envelope = envelope with { Verdict = ending.Verdict, FailureReason = ending.Reason, Summary = ending.Summary ?? envelope.Summary };
        }

        return report with
        {
            Envelope = envelope,
            Phase = made.Ending?.Phase ?? report.Phase,
            Branch = made.IsPushed ? made.Branch : null,
            CommitSha = made.IsPushed ? made.CommitSha : null,
            Gate = record.Gate?.Checks,
        };
    }

    // Work whose checks fail may be nearly done: a person, or a stronger model, finishes it.
    private static string Unfinished(JsonObject extra, Publication made, GateReport gate)
    {
        if (made.KeptOn is { } branch)
        {
            extra["gateFailedBranch"] = branch;
            return $"checks of the repository still fail, and the work is kept on {branch}: {gate.Summary}";
        }

        if (made.KeepError is { } why)
        {
            extra["gateFailedBranchError"] = why;
        }

        return $"nothing was committed, since checks of the repository still fail: {gate.Summary}";
    }
}
