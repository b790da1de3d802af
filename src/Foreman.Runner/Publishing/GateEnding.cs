using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Runner.Gates;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Publishing;

/// <summary>The report of a run that only checks. Pure.</summary>
internal static class GateEnding
{
    private const int MaxDetail = 500;

    /// <summary>Makes the report: a gate that could not be run fails the task, one that ran succeeds and its verdict tells how.</summary>
    /// <param name="gate">What the checks found.</param>
    /// <param name="branch">The branch that was checked.</param>
    /// <param name="sha">The commit that it was at.</param>
    /// <param name="elapsed">Wall-clock time of the run.</param>
    public static WorkReport Of(GateReport gate, string branch, string sha, TimeSpan elapsed)
    {
        var (phase, reason) = gate.Verdict == Verdict.GateError ? (TaskPhase.Failed, FailureReason.GateError)
            : gate.Verdict == Verdict.GateFail ? (TaskPhase.Succeeded, FailureReason.GateFailed)
            : (TaskPhase.Succeeded, (FailureReason?)null);
        var envelope = new ResultEnvelope
        {
            Kind = ResultEnvelope.Gate,
            Verdict = gate.Verdict,
            FailureReason = reason,
            Summary = gate.Summary,
            Extra = new JsonObject { ["branch"] = branch, ["commitSHA"] = sha, ["language"] = gate.Plan.Language.Value, ["gateAdvisories"] = Advisories(gate) },
            ElapsedSec = Math.Round(elapsed.TotalSeconds, 3),
        };
        return new WorkReport(envelope, phase, new Usage { Seconds = (long)Math.Ceiling(elapsed.TotalSeconds) }) { Gate = gate.Checks };
    }

    /// <summary>What the base fails too, for whoever reviews the change.</summary>
    public static JsonArray Advisories(GateReport gate) =>
        [.. gate.Advisories.Select(a => (JsonNode)new JsonObject { ["check"] = a.Check, ["detail"] = Printable.Cut(a.Excerpt ?? "", MaxDetail) })];
}
