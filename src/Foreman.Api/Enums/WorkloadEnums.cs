using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Phase of a Workload.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<WorkloadPhase>))]
public readonly record struct WorkloadPhase(string Value) : IOpenEnumeration<WorkloadPhase>
{
    /// <summary>Being planned.</summary>
    public static WorkloadPhase Planning { get; } = new("Planning");

    /// <summary>Planned, not started.</summary>
    public static WorkloadPhase Planned { get; } = new("Planned");

    /// <summary>Its tasks run.</summary>
    public static WorkloadPhase Dispatched { get; } = new("Dispatched");

    /// <summary>All of its tasks ended well.</summary>
    public static WorkloadPhase Completed { get; } = new("Completed");

    /// <summary>It could not be planned or done.</summary>
    public static WorkloadPhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<WorkloadPhase> Known { get; } = [Planning, Planned, Dispatched, Completed, Failed];

    /// <inheritdoc/>
    public static WorkloadPhase FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Where a step of a Workload stands. The list may grow: readers must preserve unknown values.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[A-Z][A-Za-z0-9]*$")]
[JsonConverter(typeof(OpenEnumConverter<StepState>))]
public readonly record struct StepState(string Value) : IOpenEnumeration<StepState>
{
    /// <summary>Its task is still to be made.</summary>
    public static StepState Planned { get; } = new("Planned");

    /// <summary>Its task waits.</summary>
    public static StepState Pending { get; } = new("Pending");

    /// <summary>Its task is assigned or runs.</summary>
    public static StepState Running { get; } = new("Running");

    /// <summary>Its task succeeded on target.</summary>
    public static StepState Succeeded { get; } = new("Succeeded");

    /// <summary>Its coder found the work done before.</summary>
    public static StepState AlreadyResolved { get; } = new("AlreadyResolved");

    /// <summary>It had nothing to do, since a step before it had none.</summary>
    public static StepState Skipped { get; } = new("Skipped");

    /// <summary>Its task ended without reaching its target.</summary>
    public static StepState Incomplete { get; } = new("Incomplete");

    /// <summary>Its task failed, or was deleted before it had ended.</summary>
    public static StepState Failed { get; } = new("Failed");

    /// <summary>The steps before it ended with other verdicts than it is for.</summary>
    public static StepState NotTaken { get; } = new("NotTaken");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<StepState> Known { get; } = [Planned, Pending, Running, Succeeded, AlreadyResolved, Skipped, Incomplete, Failed, NotTaken];

    /// <inheritdoc/>
    public static StepState FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Language whose gate commands apply; empty counts as go.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<GateLanguage>))]
public readonly record struct GateLanguage(string Value) : IOpenEnumeration<GateLanguage>
{
    /// <summary>Go.</summary>
    public static GateLanguage Go { get; } = new("go");

    /// <summary>Python.</summary>
    public static GateLanguage Python { get; } = new("python");

    /// <summary>Rust.</summary>
    public static GateLanguage Rust { get; } = new("rust");

    /// <summary>Node.js.</summary>
    public static GateLanguage Node { get; } = new("node");

    /// <summary>.NET.</summary>
    public static GateLanguage Dotnet { get; } = new("dotnet");

    /// <summary>Commands as given.</summary>
    public static GateLanguage Generic { get; } = new("generic");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<GateLanguage> Known { get; } = [Go, Python, Rust, Node, Dotnet, Generic];

    /// <inheritdoc/>
    public static GateLanguage FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Where a pull request stands that a Workload follows. The list may grow: readers must preserve unknown values.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[A-Z][A-Za-z0-9]*$")]
[JsonConverter(typeof(OpenEnumConverter<FollowUpState>))]
public readonly record struct FollowUpState(string Value) : IOpenEnumeration<FollowUpState>
{
    /// <summary>Its checks have not ended, or nothing is known of it yet.</summary>
    public static FollowUpState Waiting { get; } = new("Waiting");

    /// <summary>A coder mends what failed or was asked for.</summary>
    public static FollowUpState Revising { get; } = new("Revising");

    /// <summary>Its checks passed, no review keeps it back, and it is no draft.</summary>
    public static FollowUpState Ready { get; } = new("Ready");

    /// <summary>It can't go on without a person.</summary>
    public static FollowUpState NeedsDecision { get; } = new("NeedsDecision");

    /// <summary>People merged it.</summary>
    public static FollowUpState Merged { get; } = new("Merged");

    /// <summary>People closed it, or gave it up.</summary>
    public static FollowUpState Closed { get; } = new("Closed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<FollowUpState> Known { get; } = [Waiting, Revising, Ready, NeedsDecision, Merged, Closed];

    /// <inheritdoc/>
    public static FollowUpState FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}
