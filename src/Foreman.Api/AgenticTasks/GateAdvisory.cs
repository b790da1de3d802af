namespace Foreman.Api;

/// <summary>A finding of a gate.</summary>
public sealed record GateAdvisory
{
    /// <summary>The check that found it.</summary>
    public string? Check { get; init; }

    /// <summary>What it found.</summary>
    public string? Detail { get; init; }
}
