using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Phase of a Workflow.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<WorkflowPhase>))]
public readonly record struct WorkflowPhase(string Value) : IOpenEnumeration<WorkflowPhase>
{
    /// <summary>It has not begun, so its steps can still be changed.</summary>
    public static WorkflowPhase Pending { get; } = new("Pending");

    /// <summary>Its steps are done one after the other.</summary>
    public static WorkflowPhase Running { get; } = new("Running");

    /// <summary>All of its steps succeeded.</summary>
    public static WorkflowPhase Succeeded { get; } = new("Succeeded");

    /// <summary>It can't be done, a step failed, or it was ended from outside.</summary>
    public static WorkflowPhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<WorkflowPhase> Known { get; } = [Pending, Running, Succeeded, Failed];

    /// <summary>True once the Workflow has ended.</summary>
    public bool IsTerminal => this == Succeeded || this == Failed;

    /// <inheritdoc/>
    public static WorkflowPhase FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Where a step of a Workflow stands. The list may grow: readers must preserve unknown values.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[A-Z][A-Za-z0-9]*$")]
[JsonConverter(typeof(OpenEnumConverter<WorkflowStepPhase>))]
public readonly record struct WorkflowStepPhase(string Value) : IOpenEnumeration<WorkflowStepPhase>
{
    /// <summary>Its task is still to be made, or waits for a host.</summary>
    public static WorkflowStepPhase Pending { get; } = new("Pending");

    /// <summary>Its task is assigned or runs.</summary>
    public static WorkflowStepPhase Running { get; } = new("Running");

    /// <summary>Its task succeeded on target.</summary>
    public static WorkflowStepPhase Succeeded { get; } = new("Succeeded");

    /// <summary>Its task ended without reaching its target, was deleted before its end, or could not be made.</summary>
    public static WorkflowStepPhase Failed { get; } = new("Failed");

    /// <summary>The Workflow ended before its task was made.</summary>
    public static WorkflowStepPhase Skipped { get; } = new("Skipped");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<WorkflowStepPhase> Known { get; } = [Pending, Running, Succeeded, Failed, Skipped];

    /// <summary>True once nothing more comes of the step.</summary>
    public bool IsTerminal => this == Succeeded || this == Failed || this == Skipped;

    /// <inheritdoc/>
    public static WorkflowStepPhase FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}
