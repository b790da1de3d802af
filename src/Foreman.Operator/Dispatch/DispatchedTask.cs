using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Try;

namespace Foreman.Operator.Dispatch;

/// <summary>A task that is followed.</summary>
/// <param name="Task">As it was last seen.</param>
internal sealed record DispatchedTask(AgenticTask Task)
{
    public string Name => Task.Name();

    /// <summary>What the model and the tools did, in order; empty where the transcript may not be read.</summary>
    public ImmutableList<TryTurn> Turns { get; init; } = [];

    /// <summary>True when somebody has deleted it.</summary>
    public bool IsGone { get; init; }

    /// <summary>True when it waits, and no operator has said for what.</summary>
    public bool IsUnseen { get; init; }

    /// <summary>True when nothing more comes.</summary>
    public bool IsOver => IsGone || Task.IsTerminal();
}

/// <summary>Everything that <c>dispatch --wait</c> shows.</summary>
/// <param name="Tasks">In the order of the call.</param>
internal sealed record DispatchState(ImmutableList<DispatchedTask> Tasks)
{
    public static DispatchState Empty { get; } = new([]);

    /// <summary>Why what is shown may be old; null when it is not.</summary>
    public string? Trouble { get; init; }
}
