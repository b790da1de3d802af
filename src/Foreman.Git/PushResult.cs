namespace Foreman.Git;

/// <summary>A branch that is to be published.</summary>
public sealed record PushRequest
{
    /// <summary>Where it goes.</summary>
    public required RepositoryAddress To { get; init; }

    /// <summary>The commit.</summary>
    public required string Sha { get; init; }

    /// <summary>A branch beside the run's own, which replaces what another attempt left there; null for the run's own.</summary>
    public string? Branch { get; init; }

    /// <summary>Which attempt publishes it.</summary>
    public required AttemptMark Mark { get; init; }

    /// <summary>Asked right before every push: whether the attempt holds its claim still.</summary>
    public required Func<CancellationToken, Task<bool>> HoldsClaim { get; init; }
}

/// <summary>What became of a push.</summary>
public abstract record PushResult
{
    private PushResult()
    {
    }

    /// <summary>The branch is at the commit now.</summary>
    /// <param name="Sha">The commit.</param>
    /// <param name="Replaced">The commit that it was at before; null when it is new.</param>
    public sealed record Pushed(string Sha, string? Replaced) : PushResult;

    /// <summary>The branch was at the commit already: an earlier push had arrived.</summary>
    /// <param name="Sha">The commit.</param>
    public sealed record AlreadyThere(string Sha) : PushResult;

    /// <summary>The attempt is not the one that may push: stop without side effects.</summary>
    /// <param name="Why">In words.</param>
    public sealed record Fenced(string Why) : PushResult;

    /// <summary>The branch is not as it was when the work began, and what is on it now is not this task's.</summary>
    /// <param name="Tip">The commit that it is at; null when it is gone.</param>
    /// <param name="Why">In words.</param>
    public sealed record Overtaken(string? Tip, string Why) : PushResult;

    /// <summary>The push would replace commits and may not, or the server refuses it.</summary>
    /// <param name="Why">In words.</param>
    public sealed record NotAllowed(string Why) : PushResult;
}
