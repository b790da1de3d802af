using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What a task is for.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<TaskKind>))]
public readonly record struct TaskKind(string Value) : IOpenEnumeration<TaskKind>
{
    /// <summary>Fix an issue in a repository.</summary>
    public static TaskKind IssueFix { get; } = new("issue-fix");

    /// <summary>Run a gate over a branch.</summary>
    public static TaskKind Verify { get; } = new("verify");

    /// <summary>Review a change.</summary>
    public static TaskKind Review { get; } = new("review");

    /// <summary>Do what the prompt says.</summary>
    public static TaskKind Freeform { get; } = new("freeform");

    /// <summary>Join slices of work on one branch.</summary>
    public static TaskKind Integrate { get; } = new("integrate");

    /// <summary>Check that slices of work agree on what they share.</summary>
    public static TaskKind Reconcile { get; } = new("reconcile");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<TaskKind> Known { get; } = [IssueFix, Verify, Review, Freeform, Integrate, Reconcile];

    /// <summary>The kinds that this release runs: the runner has stages for each, and the scheduler ends tasks of all others.</summary>
    public static IReadOnlyList<TaskKind> Supported { get; } = [Freeform, IssueFix, Verify, Review, Integrate, Reconcile];

    /// <summary>True when tasks of this kind are done by a model, which works by calls of tools; the others are done without one. Unknown kinds are taken for the former.</summary>
    public bool AsksModel => this != Verify && this != Integrate && this != Reconcile;

    /// <summary>True when tasks of this kind that have a repository run its checks, which needs a host that confines commands.</summary>
    public bool RunsGate => this != Review && this != Reconcile;

    /// <inheritdoc/>
    public static TaskKind FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Phase of an AgenticTask. Terminal phases are written only when no retry is due.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<TaskPhase>))]
public readonly record struct TaskPhase(string Value) : IOpenEnumeration<TaskPhase>
{
    /// <summary>Waits for a host.</summary>
    public static TaskPhase Pending { get; } = new("Pending");

    /// <summary>Assigned; not yet claimed.</summary>
    public static TaskPhase Scheduled { get; } = new("Scheduled");

    /// <summary>Claimed by the holder in status.claim.</summary>
    public static TaskPhase Running { get; } = new("Running");

    /// <summary>Never written; kept for manifests that carry it.</summary>
    public static TaskPhase Verifying { get; } = new("Verifying");

    /// <summary>Ended with a verdict.</summary>
    public static TaskPhase Succeeded { get; } = new("Succeeded");

    /// <summary>Ended without a usable result; failureReason says why.</summary>
    public static TaskPhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<TaskPhase> Known { get; } = [Pending, Scheduled, Running, Verifying, Succeeded, Failed];

    /// <inheritdoc/>
    public static TaskPhase FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Where the agent loop runs.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[A-Z][A-Za-z0-9]*$")]
[JsonConverter(typeof(OpenEnumConverter<Placement>))]
public readonly record struct Placement(string Value) : IOpenEnumeration<Placement>
{
    /// <summary>Decided with the assignment.</summary>
    public static Placement Auto { get; } = new("Auto");

    /// <summary>In the agent on the host.</summary>
    public static Placement Node { get; } = new("Node");

    /// <summary>In the operator, against the host's model server.</summary>
    public static Placement Operator { get; } = new("Operator");

    /// <summary>In a Kubernetes Job.</summary>
    public static Placement Job { get; } = new("Job");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<Placement> Known { get; } = [Auto, Node, Operator, Job];

    /// <summary>True when the agent of the assigned host runs the loop, and so writes the transcript.</summary>
    public bool IsOnHost => this == Node;

    /// <inheritdoc/>
    public static Placement FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The outcome of the work, by kind of task.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<Verdict>))]
public readonly record struct Verdict(string Value) : IOpenEnumeration<Verdict>
{
    /// <summary>The work is done.</summary>
    public static Verdict Go { get; } = new("GO");

    /// <summary>The work was declined or rejected.</summary>
    public static Verdict NoGo { get; } = new("NO-GO");

    /// <summary>The work was not finished.</summary>
    public static Verdict Incomplete { get; } = new("INCOMPLETE");

    /// <summary>The gate passed.</summary>
    public static Verdict GatePass { get; } = new("GATE-PASS");

    /// <summary>The gate failed.</summary>
    public static Verdict GateFail { get; } = new("GATE-FAIL");

    /// <summary>The gate could not run.</summary>
    public static Verdict GateError { get; } = new("GATE-ERROR");

    /// <summary>There was nothing to do.</summary>
    public static Verdict Skipped { get; } = new("Skipped");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<Verdict> Known { get; } = [Go, NoGo, Incomplete, GatePass, GateFail, GateError, Skipped];

    /// <inheritdoc/>
    public static Verdict FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Kinds of change for which a coder's own GO suffices.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<VerdictItem>))]
public readonly record struct VerdictItem(string Value) : IOpenEnumeration<VerdictItem>
{
    /// <summary>A fix in code.</summary>
    public static VerdictItem CodeFix { get; } = new("code-fix");

    /// <summary>Documentation.</summary>
    public static VerdictItem Docs { get; } = new("docs");

    /// <summary>Packaging.</summary>
    public static VerdictItem Packaging { get; } = new("packaging");

    /// <summary>Configuration.</summary>
    public static VerdictItem Config { get; } = new("config");

    /// <summary>Rules of CI.</summary>
    public static VerdictItem CiPolicy { get; } = new("ci-policy");

    /// <summary>Rules of releases.</summary>
    public static VerdictItem ReleasePolicy { get; } = new("release-policy");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<VerdictItem> Known { get; } = [CodeFix, Docs, Packaging, Config, CiPolicy, ReleasePolicy];

    /// <inheritdoc/>
    public static VerdictItem FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>How one attempt ended.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[A-Z][A-Za-z0-9]*$")]
[JsonConverter(typeof(OpenEnumConverter<AttemptOutcome>))]
public readonly record struct AttemptOutcome(string Value) : IOpenEnumeration<AttemptOutcome>
{
    /// <summary>It ended the task with a verdict.</summary>
    public static AttemptOutcome Succeeded { get; } = new("Succeeded");

    /// <summary>It failed.</summary>
    public static AttemptOutcome Failed { get; } = new("Failed");

    /// <summary>Its holder gave the task back.</summary>
    public static AttemptOutcome GivenBack { get; } = new("GivenBack");

    /// <summary>The host declined the assignment.</summary>
    public static AttemptOutcome Declined { get; } = new("Declined");

    /// <summary>Its holder was lost.</summary>
    public static AttemptOutcome Lost { get; } = new("Lost");

    /// <summary>Nobody claimed the assignment in time.</summary>
    public static AttemptOutcome Unclaimed { get; } = new("Unclaimed");

    /// <summary>It was preempted by a task of higher priority.</summary>
    public static AttemptOutcome Preempted { get; } = new("Preempted");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<AttemptOutcome> Known { get; } = [Succeeded, Failed, GivenBack, Declined, Lost, Unclaimed, Preempted];

    /// <inheritdoc/>
    public static AttemptOutcome FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>What to do with an existing branch.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<BranchStrategy>))]
public readonly record struct BranchStrategy(string Value) : IOpenEnumeration<BranchStrategy>
{
    /// <summary>Start again from the base.</summary>
    public static BranchStrategy Reset { get; } = new("reset");

    /// <summary>Go on from it.</summary>
    public static BranchStrategy Rebase { get; } = new("rebase");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<BranchStrategy> Known { get; } = [Reset, Rebase];

    /// <inheritdoc/>
    public static BranchStrategy FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}
