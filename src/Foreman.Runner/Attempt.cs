using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Runner;

/// <summary>An attempt of a task and who holds it: what every fenced write is about.</summary>
/// <param name="Task">The task as it was read last; while the attempt is held, nobody else writes its status.</param>
/// <param name="Holder">Who holds, or is about to hold, the attempt.</param>
internal sealed record Attempt(AgenticTask Task, string Holder)
{
    public string Namespace => Task.Namespace() ?? "";

    public string Name => Task.Name();

    public string Uid => Task.Uid();

    public long Number => Task.Status.Attempt;

    public AttemptKey Key => new(Uid, Number);

    /// <summary>When it was claimed; null before.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>The newest generation of the task that was seen: a change of its spec, such as cancel, raises it.</summary>
    public long? Generation { get => field ?? Task.Metadata.Generation; init; }

    /// <summary>The attempt once a later state of its task was seen.</summary>
    /// <param name="latest">The task as last seen; null when nothing was seen since.</param>
    public Attempt SeenAs(AgenticTask? latest) =>
        latest?.Metadata.Generation is { } seen && seen > (Generation ?? 0) && latest.Uid() == Uid ? this with { Generation = seen } : this;

    /// <summary>For messages: which task, which attempt.</summary>
    public override string ToString() => FormattableString.Invariant($"{Namespace}/{Name} (attempt {Number})");
}

/// <summary>What names an attempt among all that ever were.</summary>
/// <param name="Uid">UID of the task.</param>
/// <param name="Number">Number of the attempt.</param>
internal readonly record struct AttemptKey(string Uid, long Number);
