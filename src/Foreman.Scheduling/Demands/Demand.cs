using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>What a task asks of a host: its own words and those of its Agent, brought together.</summary>
internal sealed record Demand
{
    public required AgenticTask Task { get; init; }

    /// <summary>The Agent; null for the built-in one.</summary>
    public Agent? Agent { get; init; }

    public required RequiredCapability Capability { get; init; }

    /// <summary>The model asked for by name; null when any will do.</summary>
    public string? WantedModel { get; init; }

    /// <summary>A server that stands outside of the fleet; null when the host's own servers are meant.</summary>
    public PromisedModel? FixedServer { get; init; }

    /// <summary>Node or Operator when asked for; null when it is decided here.</summary>
    public Placement? Placement { get; init; }

    /// <summary>True when a tool works on files.</summary>
    public bool NeedsWorkspace { get; init; }

    /// <summary>True when the model must have been probed on the host.</summary>
    public bool NeedsNodeModel => FixedServer is null;

    /// <summary>Where the capability was written, for messages.</summary>
    public string CapabilityPath { get; init; } = "spec.requiredCapability";
}
