using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What a task is for.</summary>
/// <param name="Value">The text as it stands in JSON.</param>
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

    /// <summary>Unite slices of work in one branch.</summary>
    public static TaskKind Integrate { get; } = new("integrate");

    /// <summary>Bring shared identifiers together.</summary>
    public static TaskKind Reconcile { get; } = new("reconcile");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<TaskKind> Known { get; } = [IssueFix, Verify, Review, Freeform, Integrate, Reconcile];

    /// <inheritdoc/>
    public static TaskKind FromText(string text) => new(text);

    /// <summary>The text as it stands in JSON.</summary>
    public override string ToString() => Value ?? "";
}
