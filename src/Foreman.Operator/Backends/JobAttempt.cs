using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Jobs;
using Foreman.Scheduling;

namespace Foreman.Operator.Backends;

/// <summary>What the backend of Jobs knows of one attempt.</summary>
internal sealed record JobAttempt
{
    /// <summary>The task as it was last seen with this attempt.</summary>
    public required AgenticTask Task { get; init; }

    /// <summary>When the Job was created or found by its name here; null before.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>True once the Job was seen: from then on its absence means that it is gone.</summary>
    public bool IsSeen { get; init; }

    /// <summary>Events about the Job and its pod, as they were listed last.</summary>
    public ImmutableArray<JobEvent> Events { get; init; } = [];

    /// <summary>When they were listed; null before.</summary>
    public DateTimeOffset? ListedAt { get; init; }

    /// <summary>How it ended; null while it may go on.</summary>
    public TakeBackReason? End { get; init; }

    /// <summary>True once something is known that the scheduler can judge.</summary>
    public bool IsObserved { get; init; }

    /// <summary>When the task left this attempt; null while it has it.</summary>
    public DateTimeOffset? LeftAt { get; init; }

    /// <summary>True when the task ended with this attempt, so that its pod ends by itself.</summary>
    public bool EndedByItself { get; init; }
}
