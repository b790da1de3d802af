using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>When a run counts as stuck; 0 turns a signal off.</summary>
public sealed record StuckLoopDetection
{
    /// <summary>Same call with the same arguments, so many times in a row.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(100)]
    public int? RepeatedToolThreshold { get; init; }

    /// <summary>Turns in a row without a change to a file.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(200)]
    public int? EditFreeTurnsLimit { get; init; }

    /// <summary>Tokens of conversation at which the model is told to finish.</summary>
    [RangeMinimum(0)]
    public int? ContextSoftCap { get; init; }

    /// <summary>Tokens of conversation at which the run ends.</summary>
    [RangeMinimum(0)]
    public int? ContextHardCap { get; init; }
}
