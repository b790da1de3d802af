using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Tokens and time that model calls took.</summary>
public sealed record Usage
{
    /// <summary>Tokens sent to the model, those found in its cache included.</summary>
    [RangeMinimum(0)]
    public long PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that the server had in its cache.</summary>
    [RangeMinimum(0)]
    public long CachedTokens { get; init; }

    /// <summary>Tokens that the model made.</summary>
    [RangeMinimum(0)]
    public long CompletionTokens { get; init; }

    /// <summary>Answers of the model.</summary>
    [RangeMinimum(0)]
    public int Turns { get; init; }

    /// <summary>Wall-clock seconds, rounded up.</summary>
    [RangeMinimum(0)]
    public long Seconds { get; init; }
}
