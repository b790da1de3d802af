using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// What a task asks of a host: its own fields and those of its Agent, merged. Whatever clauses, placements and ranks look at is here
/// and nothing else of the task is, so that tasks with equal demands are judged once.
/// </summary>
public sealed record Demand
{
    /// <summary>Namespace of the task: hosts may take tasks of some namespaces only.</summary>
    public string Namespace { get => field ?? ""; init; }

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

    /// <summary>The machine whose folder is the task's repository: empty when the address names none, null when the repository is no folder.</summary>
    public string? FolderHost { get; init; }

    /// <summary>Files for the task that are too large for its object and lie on the disk of a host.</summary>
    public IReadOnlyList<HostFile> HostFiles { get; init; } = [];

    /// <summary>True when the model must have been probed on the host.</summary>
    public bool NeedsNodeModel => FixedServer is null && !AsksNoModel;

    /// <summary>True when the task asks no model at all.</summary>
    public bool AsksNoModel { get; init; }

    /// <summary>Where the capability was written, for messages.</summary>
    public string CapabilityPath { get; init; } = "spec.requiredCapability";

    // The name of the Agent stands for all of it here: the hash of its whole spec would take longer than the comparison. Lists are compared by reference.
    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var ofAgent = HashCode.Combine(Namespace, Agent?.Metadata.Name, WantedModel, Capability);
        return HashCode.Combine(ofAgent, Placement, FolderHost, FixedServer?.Url, CommandTools, HostFiles, NeedsWorkspace, NeedsVision);
    }
}

/// <summary>A file of an earlier task that lies on the disk of the host that made it.</summary>
/// <param name="Host">The host.</param>
/// <param name="Task">Name of the earlier task, in the same namespace.</param>
/// <param name="Path">The file in that task's workspace.</param>
public sealed record HostFile(string Host, string? Task, string? Path);
