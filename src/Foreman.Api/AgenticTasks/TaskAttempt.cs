using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>An ended attempt.</summary>
public sealed record TaskAttempt
{
    /// <summary>Most bytes of <see cref="Message"/>, as UTF-8; whoever writes an entry cuts it to that.</summary>
    public const int MaxMessageBytes = 1024;

    /// <summary>Number of the attempt.</summary>
    [RangeMinimum(0)]
    public long Attempt { get; init; }

    /// <summary>FleetNode that it ran on.</summary>
    public string? Node { get; init; }

    /// <summary>Who held it; absent when it was never claimed. A later attempt takes over only what this one wrote.</summary>
    public string? Holder { get; init; }

    /// <summary>Where the loop ran.</summary>
    public Placement? Placement { get; init; }

    /// <summary>Model that was promised.</summary>
    public string? Model { get; init; }

    /// <summary>When it was claimed; absent when it never was.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it ended.</summary>
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>CamelCase reason.</summary>
    public string? Reason { get; init; }

    /// <summary>What caused the end, for people: what happened, where, and why; at most 1 KiB.</summary>
    [Length(Max = MaxMessageBytes)]
    public string? Message { get; init; }

    /// <summary>What it used; a lost one has its last progress.</summary>
    public Usage? Usage { get; init; }
}
