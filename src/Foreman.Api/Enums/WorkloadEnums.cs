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
