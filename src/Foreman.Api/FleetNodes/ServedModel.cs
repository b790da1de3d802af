using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A model that a server on the host has.</summary>
public sealed record ServedModel
{
    /// <summary>Name as the server knows it.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>URL of the server, as in modelServers.</summary>
    public string Server { get => field ?? ""; init; }

    /// <summary>True when it is in memory.</summary>
    public bool? Loaded { get; init; }

    /// <summary>Context per slot, in tokens; absent when the server does not tell.</summary>
    [RangeMinimum(0)]
    public int? ContextTokens { get; init; }

    /// <summary>Requests served at once; absent when the server does not tell.</summary>
    [RangeMinimum(0)]
    public int? Slots { get; init; }

    /// <summary>Slots that are idle now; absent when the server does not tell.</summary>
    [RangeMinimum(0)]
    public int? FreeSlots { get; init; }

    /// <summary>Measured speed of making tokens.</summary>
    [RangeMinimum(0)]
    public int? DecodeTokensPerSecond { get; init; }

    /// <summary>Measured speed of reading the prompt.</summary>
    [RangeMinimum(0)]
    public int? PromptTokensPerSecond { get; init; }

    /// <summary>True when the model's template takes tools.</summary>
    public bool? Tools { get; init; }

    /// <summary>True when it takes images.</summary>
    public bool? Vision { get; init; }

    /// <summary>When the speeds were measured.</summary>
    public DateTimeOffset? MeasuredAt { get; init; }
}
