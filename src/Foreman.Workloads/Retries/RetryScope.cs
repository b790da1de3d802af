namespace Foreman.Workloads;

/// <summary>What retries of some steps are decided by.</summary>
/// <param name="Results">How a step stands, by name; retries are steps with names of their own.</param>
internal sealed record RetryScope(Func<string, StepResult> Results)
{
    /// <summary>Name of the Workload.</summary>
    public required string Workload { get; init; }

    /// <summary>The issue that the steps are about; 0 in a pipeline.</summary>
    public int Issue { get; init; }

    /// <summary>What people answered to the question of a step's end, by the name of the step; null while nobody has.</summary>
    public Func<string, string?> Answers { get => field ?? (_ => null); init; }

    /// <summary>False when nothing more is retried, and only what was begun is brought to its end.</summary>
    public bool IsOpen { get; init; } = true;

    /// <summary>True when a review that refuses leads to a revision, and so to no retry.</summary>
    public bool ReviewsAreRevised { get; init; }

    /// <summary>The Agent that goes on from work that is there; null for the step's own.</summary>
    public string? RevisionAgent { get; init; }
}
