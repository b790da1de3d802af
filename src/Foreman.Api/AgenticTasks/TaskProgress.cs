using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Where a run is. Written at turn ends, at least 2 s apart.</summary>
public sealed record TaskProgress
{
    /// <summary>Answers of the model so far.</summary>
    [RangeMinimum(0)]
    public int Turn { get; init; }

    /// <summary>Last tool that was called.</summary>
    public string? Tool { get; init; }

    /// <summary>Tokens sent so far.</summary>
    [RangeMinimum(0)]
    public long PromptTokens { get; init; }

    /// <summary>Tokens made so far.</summary>
    [RangeMinimum(0)]
    public long CompletionTokens { get; init; }

    /// <summary>Model that answers.</summary>
    public string? Model { get; init; }

    /// <summary>When this was written.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}
