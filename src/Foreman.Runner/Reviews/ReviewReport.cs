using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.AgentLoop;
using Foreman.AgentLoop.Results;
using Foreman.Api;

namespace Foreman.Runner.Reviews;

/// <summary>Writes a review into the result of its run. Pure.</summary>
internal static class ReviewReport
{
    /// <summary>Names of files that are listed.</summary>
    public const int MaxFiles = 200;

    /// <summary>The result with the verdict that counts; what the reviewer had written stands beside each correction.</summary>
    /// <param name="result">As the loop made it.</param>
    /// <param name="claim">What the reviewer submitted.</param>
    /// <param name="verdict">What became of it.</param>
    /// <param name="changed">The files of the change.</param>
    public static AgentRunResult Of(AgentRunResult result, ReviewClaim claim, ReviewVerdict verdict, ImmutableArray<string> changed)
    {
        var corrected = Corrected(claim, verdict, changed);
        var extra = result.Envelope.Extra?.DeepClone().AsObject() ?? [];
        if (extra["modelExtra"] is not JsonObject ofModel)
        {
            ofModel = [];
            extra["modelExtra"] = ofModel;
        }

        foreach (var (name, value) in corrected)
        {
            extra[name] = value?.DeepClone();
            ofModel[name] = value?.DeepClone();
        }

        extra["findings"] = new JsonArray([.. verdict.Findings.Select(Node)]);
        if (claim.FindingsLeftOut > 0)
        {
            extra["findingsLeftOut"] = claim.FindingsLeftOut;
        }

        extra["outcome"] = verdict.Verdict == Verdict.NoGo ? "MODEL-NO-GO" : "MODEL-DECIDED";
        return result with
        {
            Envelope = result.Envelope with { Verdict = verdict.Verdict, FailureReason = verdict.Reason, Summary = SummaryOf(claim, verdict), Extra = extra },
        };
    }

    private static JsonObject Corrected(ReviewClaim claim, ReviewVerdict verdict, ImmutableArray<string> changed)
    {
        var fields = new JsonObject { ["filesTouched"] = Names(changed.Take(MaxFiles)) };
        if (changed.Length > MaxFiles)
        {
            fields["filesLeftOut"] = changed.Length - MaxFiles;
        }

        if (claim.FilesTouched is { } said && !said.ToHashSet(StringComparer.Ordinal).SetEquals(changed))
        {
            fields["filesTouchedClaimed"] = Names(said);
        }

        var outcome = verdict.Verdict == Verdict.Go ? "APPROVE"
            : verdict.Verdict != Verdict.NoGo ? null
            : claim.Outcome == ReviewClaim.Reject && verdict.Corrections.IsEmpty ? ReviewClaim.Reject
            : "REQUEST-CHANGES";
        if (outcome is not null)
        {
            fields["reviewOutcome"] = outcome;
        }

        if (claim.Outcome is { } word && word != outcome)
        {
            fields["reviewOutcomeClaimed"] = word;
        }

        AddIssue(fields, claim, verdict);
        if (verdict.Skipped.Length > 0)
        {
            fields["railsSkipped"] = Names(verdict.Skipped);
        }

        return AddCorrections(fields, verdict);
    }

    private static void AddIssue(JsonObject fields, ReviewClaim claim, ReviewVerdict verdict)
    {
        if (verdict.IssueAsk is { } ask)
        {
            (fields["issueAsk"], fields["issueAskVerified"]) = (ask, verdict.IssueAskVerified);
            if (verdict.IssueAskVerified != true && claim.IssueAsk is { } said)
            {
                fields["issueAskClaimed"] = said;
            }
        }

        if (verdict.HasDrifted is { } drift)
        {
            (fields["scopeRefs"], fields["scopeMatched"], fields["scopeDriftDetected"]) = (Names(verdict.ScopeNames), Names(verdict.ScopeTouched), drift);
        }
    }

    private static JsonObject AddCorrections(JsonObject fields, ReviewVerdict verdict)
    {
        if (verdict.Corrections is not [var first, ..] || verdict.Corrections is not [.., var last])
        {
            return fields;
        }

        fields["verdictClaimed"] = first.From.Value;
        (fields["verdictCorrectedBy"], fields["correctionReason"]) = (last.Rail, last.Reason);
        if (last.To == Verdict.NoGo)
        {
            (fields["verdictDemoted"], fields["verdictDemotedBy"], fields["demotionReason"]) = (true, last.Rail, last.Reason);
        }

        fields["corrections"] = new JsonArray([.. verdict.Corrections.Select(c => (JsonNode)new JsonObject
        {
            ["rail"] = c.Rail, ["from"] = c.From.Value, ["to"] = c.To.Value, ["reason"] = c.Reason,
        })]);
        return fields;
    }

    private static string SummaryOf(ReviewClaim claim, ReviewVerdict verdict) => verdict.Corrections is [.., var last]
        ? ResultLimit.Line($"{last.To}, where the reviewer said {verdict.Corrections[0].From}: {last.Reason}. The reviewer: {claim.Summary}", ResultEnvelope.MaxSummaryBytes)
        : claim.Summary;

    private static JsonObject Node(Finding finding)
    {
        var node = new JsonObject { ["severity"] = finding.Severity };
        Add("severityClaimed", finding.SeverityClaimed);
        Add("area", finding.Area);
        Add("file", finding.File);
        Add("fileClaimed", finding.FileClaimed);
        Add("line", finding.Line);
        Add("lineClaimed", finding.LineClaimed);
        node["message"] = finding.Message;
        Add("suggestion", finding.Suggestion);
        Add("grounded", finding.Grounding switch { Grounding.Yes => true, Grounding.No => false, _ => null });
        return node;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                node[name] = value;
            }
        }
    }

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(n => (JsonNode)n)];
}
