namespace Foreman.Api;

/// <summary>A request to empty a host.</summary>
public sealed record NodeDrain
{
    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>When what still runs is checkpointed and given back.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
