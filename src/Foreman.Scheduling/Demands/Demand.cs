using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What a task asks of a host: its own fields and those of its Agent, merged.</summary>
public sealed record Demand
{
    /// <summary>The task.</summary>
    public required AgenticTask Task { get; init; }

    /// <summary>The Agent; null for the built-in one.</summary>
    public Agent? Agent { get; init; }

    /// <summary>What is required of the host; the Agent's where it has one.</summary>
    public required RequiredCapability Capability { get; init; }

    /// <summary>The model asked for by name; null when any will do.</summary>
    public string? WantedModel { get; init; }

    /// <summary>A model server outside of the fleet; null when the host's own servers are used.</summary>
    public PromisedModel? FixedServer { get; init; }

    /// <summary>True when <see cref="FixedServer"/> is the operator's: a host calls it only if it was told of it or has found it.</summary>
    public bool MustHostKnowServer { get; init; }

    /// <summary>The placement that is asked for; null for <c>Auto</c>.</summary>
    public Placement? Placement { get; init; }

    /// <summary>True when a tool needs the run's files.</summary>
    public bool NeedsWorkspace { get; init; }

    /// <summary>True when the task has images, so that a model which is known to take none can't do it.</summary>
    public bool NeedsVision { get; init; }

    /// <summary>True when the task is done by calls of tools, be it only the one that submits its result.</summary>
    public bool NeedsTools { get; init; }

    /// <summary>The tools that run programs which the model chooses, and the MCP servers that are programs: these run in a sandbox only.</summary>
    public IReadOnlyList<string> CommandTools { get; init; } = [];

    /// <summary>The gate of a repository, as one of <see cref="CommandTools"/>.</summary>
    internal const string Gate = "the gate";

    /// <summary>True when the model must have been probed on the host.</summary>
    public bool NeedsNodeModel => FixedServer is null && !AsksNoModel;

    /// <summary>True when the task asks no model at all.</summary>
    public bool AsksNoModel { get; init; }

    /// <summary>Where the capability was written, for messages.</summary>
    public string CapabilityPath { get; init; } = "spec.requiredCapability";
}
