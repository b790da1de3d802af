using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Unions;

/// <summary>How tasks on slices end. Pure.</summary>
internal static class UnionEnding
{
    private const int MaxNamed = 3;

    /// <summary>Slices can't be published together.</summary>
    public static Ending Rejected(IEnumerable<SliceFinding> findings) =>
        new(Verdict.NoGo, TaskPhase.Succeeded, null, "COMMIT-REJECTED", $"nothing was pushed: {Named(findings)}");

    /// <summary>A slice's branch has moved meanwhile.</summary>
    public static Ending Moved(IEnumerable<SliceFinding> moved) =>
        new(Verdict.NoGo, TaskPhase.Succeeded, null, "PUSH-FAILED", $"nothing was pushed: {Named(moved)}. Create the task anew to take the branches as they are");

    /// <summary>The checks of the repository fail over what was joined.</summary>
    public static Ending ChecksFail(GateReport gate) =>
        new(Verdict.NoGo, TaskPhase.Succeeded, FailureReason.GateFailed, "COMMIT-REJECTED", $"nothing was pushed: each slice can be joined, and over all of them {gate.Summary}");

    /// <summary>No slice has anything that the base lacks.</summary>
    public static Ending Nothing(string baseBranch) => new(Verdict.Go, TaskPhase.Succeeded, null, "NO-CHANGES", $"nothing was pushed: all work of the slices is in {baseBranch} already");

    /// <summary>The report of an integrate.</summary>
    /// <param name="record">With its publication.</param>
    /// <param name="elapsed">Wall-clock time of the run.</param>
    public static WorkReport OfIntegrate(RunRecord record, TimeSpan elapsed)
    {
        var (union, publication) = (record.Union!, record.Publication!);
        var extra = new JsonObject { ["slices"] = Slices(record), ["findings"] = SliceFinding.ToJson(union.Findings) };
        var report = Report(Verdict.Go, null, $"joined {string.Join(", ", union.Joined)} on {publication.Branch}", extra, elapsed);
        return RepositoryReport.Add(report, record);
    }

    /// <summary>The report of a reconcile.</summary>
    /// <param name="record">The run.</param>
    /// <param name="found">What was found.</param>
    /// <param name="elapsed">Wall-clock time of the run.</param>
    public static WorkReport OfReconcile(RunRecord record, SharedFindings found, TimeSpan elapsed)
    {
        var spec = record.Attempt.Task.Spec;
        var failing = found.All.Where(f => !f.IsAdvisory).ToList();
        var checks = new[] { ("identifiers", found.Identifiers), ("contract", found.Contract) }
            .Where(c => c.Item2 is not null)
            .Select(c => CheckOf(c.Item1, [.. c.Item2!.Value])).ToList();
        var extra = new JsonObject { ["slices"] = Slices(record), ["findings"] = SliceFinding.ToJson(found.All) };
        var summary = failing.Count == 0
            ? $"{string.Join(", ", spec.Payload.Slices!.Select(s => s.Name))} agree on {string.Join(" and ", checks.Select(c => c.Check == "contract" ? "the contract" : "the shared identifiers"))}"
            : Named(failing);
        return Report(failing.Count == 0 ? Verdict.GatePass : Verdict.GateFail, failing.Count == 0 ? null : FailureReason.GateFailed, summary, extra, elapsed) with { Gate = checks };
    }

    private static GateCheckResult CheckOf(string name, IReadOnlyList<SliceFinding> findings)
    {
        var outcome = findings.All(f => f.IsAdvisory) ? Verdict.GatePass : Verdict.GateFail;
        return new GateCheckResult { Check = name, Outcome = outcome, Excerpt = GateJudge.Excerpt(string.Join('\n', findings.Select(f => f.Text)), null) };
    }

    private static JsonArray Slices(RunRecord record)
    {
        var payload = record.Attempt.Task.Spec.Payload;
        return
        [
            .. (payload.Slices ?? []).Select(s => (JsonNode)new JsonObject
            {
                ["name"] = s.Name,
                ["branch"] = SlicePins.BranchOf(payload, s),
                ["commitSHA"] = record.Pins.GetValueOrDefault(SlicePins.BranchOf(payload, s)),
            }),
        ];
    }

    private static WorkReport Report(Verdict verdict, FailureReason? reason, string summary, JsonObject extra, TimeSpan elapsed) => new(
        new ResultEnvelope
        {
            Kind = ResultEnvelope.Gate,
            Verdict = verdict,
            FailureReason = reason,
            Summary = summary,
            Extra = extra,
            ElapsedSec = Math.Round(elapsed.TotalSeconds, 3),
        },
        TaskPhase.Succeeded,
        new Usage { Seconds = (long)Math.Ceiling(elapsed.TotalSeconds) });

    private static string Named(IEnumerable<SliceFinding> findings)
    {
        var counting = findings.Where(f => !f.IsAdvisory).ToList();
        var named = string.Join("; ", counting.Take(MaxNamed).Select(f => f.Text));
        return counting.Count > MaxNamed ? FormattableString.Invariant($"{named}; and {counting.Count - MaxNamed} more") : named;
    }
}
