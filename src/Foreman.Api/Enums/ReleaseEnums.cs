using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Phase of an AgentRelease.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ReleasePhase>))]
public readonly record struct ReleasePhase(string Value) : IOpenEnumeration<ReleasePhase>
{
    /// <summary>Accepted, not started.</summary>
    public static ReleasePhase Pending { get; } = new("Pending");

    /// <summary>Waits for spec.approved.</summary>
    public static ReleasePhase AwaitingApproval { get; } = new("AwaitingApproval");

    /// <summary>Rolling out.</summary>
    public static ReleasePhase InProgress { get; } = new("InProgress");

    /// <summary>Paused by spec.paused.</summary>
    public static ReleasePhase Paused { get; } = new("Paused");

    /// <summary>Every node runs the version.</summary>
    public static ReleasePhase Succeeded { get; } = new("Succeeded");

    /// <summary>Halted.</summary>
    public static ReleasePhase Failed { get; } = new("Failed");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ReleasePhase> Known { get; } = [Pending, AwaitingApproval, InProgress, Paused, Succeeded, Failed];

    /// <inheritdoc/>
    public static ReleasePhase FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Operating system of an artifact.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ReleaseOs>))]
public readonly record struct ReleaseOs(string Value) : IOpenEnumeration<ReleaseOs>
{
    /// <summary>macOS.</summary>
    public static ReleaseOs Darwin { get; } = new("darwin");

    /// <summary>Linux.</summary>
    public static ReleaseOs Linux { get; } = new("linux");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ReleaseOs> Known { get; } = [Darwin, Linux];

    /// <inheritdoc/>
    public static ReleaseOs FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Processor of an artifact.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ReleaseArch>))]
public readonly record struct ReleaseArch(string Value) : IOpenEnumeration<ReleaseArch>
{
    /// <summary>x86-64.</summary>
    public static ReleaseArch Amd64 { get; } = new("amd64");

    /// <summary>64-bit Arm.</summary>
    public static ReleaseArch Arm64 { get; } = new("arm64");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ReleaseArch> Known { get; } = [Amd64, Arm64];

    /// <inheritdoc/>
    public static ReleaseArch FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}
