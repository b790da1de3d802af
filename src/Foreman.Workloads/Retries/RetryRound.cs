using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>An end short of the target that is retried.</summary>
/// <param name="Step">The step.</param>
/// <param name="Copy">Name of its copy that ended so.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Origins">Names of the steps with which the work begins again.</param>
internal sealed record RetryCause(Step Step, string Copy, StepResult Result, IReadOnlyList<string> Origins)
{
    /// <summary>When the work may begin again; null for at once, as after an answer of a person.</summary>
    public DateTimeOffset? NotBefore => Result.Question is null &&
        Step.RetryPolicy?.BackoffSeconds is > 0 and var pause && Result.FinishedAt is { } ended && ended < DateTimeOffset.MaxValue.AddSeconds(-pause)
            ? ended.AddSeconds(pause)
            : null;
}

/// <summary>Steps that are done again together: those with which the work begins, and all that follow them.</summary>
internal sealed class RetryRound
{
    private readonly HashSet<string> _origins = new(StringComparer.Ordinal);

    /// <summary>Why.</summary>
    public List<RetryCause> Causes { get; } = [];

    /// <summary>All of its steps, by name.</summary>
    public HashSet<string> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>Its steps as a group that the cap of tasks has room for, or not.</summary>
    public StepGroup Group { get; private set; } = new(StepGroupKind.Retry, 0, 0, Reasons.StepFailed, []);

    /// <summary>When the work may begin again; null for at once.</summary>
    public DateTimeOffset? NotBefore => Causes.Max(c => c.NotBefore);

    /// <summary>True when the work begins again with a step.</summary>
    public bool BeginsWith(string step) => _origins.Contains(step);

    /// <summary>Adds a cause.</summary>
    /// <param name="cause">The cause.</param>
    /// <param name="members">The steps that are done again for it.</param>
    public void Add(RetryCause cause, IEnumerable<string> members)
    {
        Causes.Add(cause);
        Members.UnionWith(members);
        _origins.UnionWith(cause.Origins);
    }

    /// <summary>Takes in another round, which has steps of this one.</summary>
    public void Absorb(RetryRound other)
    {
        Causes.AddRange(other.Causes);
        Members.UnionWith(other.Members);
        _origins.UnionWith(other._origins);
    }

    /// <summary>Is complete: no cause is added any more.</summary>
    /// <param name="group">Its steps as far as they need tasks.</param>
    /// <param name="follows">True when a step follows one of others.</param>
    public void Close(StepGroup group, Func<string, IReadOnlySet<string>, bool> follows)
    {
        Group = group;

        // What follows work that is done again begins anew behind it.
        _origins.ExceptWith(_origins.Where(o => follows(o, _origins)).ToArray());
    }
}
