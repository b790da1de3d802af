using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Workloads.Tests;

/// <summary>How a run of a task ends.</summary>
/// <param name="Verdict">Its verdict.</param>
internal sealed record RunEnd(Verdict Verdict)
{
    public static RunEnd Go { get; } = new(Verdict.Go);

    public static RunEnd GatePass { get; } = new(Verdict.GatePass);

    public static RunEnd GateFail { get; } = new(Verdict.GateFail) { Reason = FailureReason.GateFailed, Summary = "test: 2 failed" };

    /// <summary>A reviewer that refuses, with one finding.</summary>
    public static RunEnd Refusal { get; } = new(Verdict.NoGo)
    {
        Outcome = "MODEL-DECIDED",
        Summary = "One case is missing.",
        Extra = Given.Json("""{"findings":[{"severity":"blocker","file":"shop/cart.py","line":12,"message":"An empty cart is not handled.","suggestion":"return 0"}]}"""),
    };

    /// <summary>A coder that finds that it can't do it.</summary>
    public static RunEnd GaveUp { get; } = new(Verdict.NoGo) { Outcome = "MODEL-DECIDED", Summary = "The parser is too tangled for me." };

    /// <summary>A coder that finds its work done.</summary>
    public static RunEnd Resolved { get; } = new(Verdict.NoGo)
    {
        Outcome = ResultEnvelope.AlreadyResolved,
        Summary = "Done before.",
        Extra = Given.Json("""{"resolvedBy":"commit 1a2b3c"}"""),
    };

    /// <summary>A run that used up its turns.</summary>
    public static RunEnd OutOfTurns { get; } = new(Verdict.Incomplete) { Outcome = "LOOP-INCOMPLETE", Reason = FailureReason.MaxTurnsExhausted, Summary = "No turns were left." };

    /// <summary>A run that failed by no fault of the model.</summary>
    public static RunEnd Broken { get; } = new(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.CloneFailed, Summary = "The repository could not be cloned." };

    public static RunEnd Cancelled { get; } = new(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.Cancelled, Summary = "spec.cancel was set." };

    public static RunEnd Upstream { get; } = new(Verdict.Incomplete) { Phase = TaskPhase.Failed, Reason = FailureReason.UpstreamFailed, Summary = "A task before it failed." };

    public static RunEnd Skipped { get; } = new(Verdict.Skipped) { Summary = "A task before it had nothing to do." };

    public TaskPhase Phase { get; init; } = TaskPhase.Succeeded;

    public FailureReason? Reason { get; init; }

    /// <summary>The word in <c>extra.outcome</c>.</summary>
    public string? Outcome { get; init; }

    public string Summary { get; init; } = "Done.";

    /// <summary>What else stands in <c>extra</c>.</summary>
    public JsonObject? Extra { get; init; }

    public string? Branch { get; init; }

    public string? CommitSHA { get; init; }

    /// <summary>The pull request that it opened or updated.</summary>
    public string? PullRequest { get; init; }

    public Usage? Usage { get; init; }

    /// <summary>How a run ends when nothing goes wrong.</summary>
    public static RunEnd Usual(AgenticTask task) =>
        !task.Spec.Kind.AsksModel ? GatePass
        : task.Spec.Kind == TaskKind.IssueFix ? Go with { Branch = task.Spec.Payload.Branch, CommitSHA = "c0ffee" }
        : Go;

    /// <summary>The task after such a run.</summary>
    public AgenticTask Of(AgenticTask task)
    {
        var extra = Extra?.DeepClone().AsObject() ?? new JsonObject();
        if (Outcome is not null)
        {
            extra["outcome"] = Outcome;
        }

        if (PullRequest is not null)
        {
            extra["pullRequestURL"] = PullRequest;
        }

        return task with
        {
            Status = task.Status with
            {
                Phase = Phase,
                Verdict = Verdict,
                FailureReason = Reason,
                Branch = Branch,
                CommitSHA = CommitSHA,
                Usage = Usage ?? task.Status.Usage,
                Result = new JsonObject { ["schemaVersion"] = ResultEnvelope.CurrentVersion, ["verdict"] = Verdict.Value, ["summary"] = Summary, ["extra"] = extra },
            },
        };
    }
}
