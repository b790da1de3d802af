using Foreman.Kubernetes;

namespace Foreman.Runner.Fencing;

/// <summary>The writes of a runner.</summary>
internal enum WriteKind
{
    Claim,
    Reclaim,
    Progress,
    End,
    GiveBack,
    Decline,
}

/// <summary>A write whose tests and changes are one request, and all that is needed to tell afterwards whether it arrived.</summary>
/// <param name="Kind">Which write.</param>
/// <param name="Attempt">What it is about; its holder is the one after the write.</param>
/// <param name="Patch">The JSON Patch.</param>
internal sealed record FencedWrite(WriteKind Kind, Attempt Attempt, V1Patch Patch)
{
    /// <summary>For <see cref="WriteKind.Reclaim"/>: the holder before.</summary>
    public string? OldHolder { get; init; }

    /// <summary>For <see cref="WriteKind.End"/>: the generation of the task that the write tests and speaks of; null for none.</summary>
    public long? Generation { get; init; }

    /// <summary>The same write for the generation that the task has by now; null where it makes no difference.</summary>
    public Func<long?, FencedWrite>? ForGeneration { get; init; }
}
