namespace Foreman.Operator.Dispatch;

/// <summary>What a person asks of <c>dispatch --issues</c>, one Workload of all issues, or of <c>dispatch --intent</c>, one of steps that a planner proposes.</summary>
internal sealed record BatchRequest
{
    /// <summary>Numbers of issues; those first are begun first.</summary>
    public IReadOnlyList<int> Issues { get; init; } = [];

    /// <summary>What the work is for; null for what the issues say.</summary>
    public string? Intent { get; init; }

    /// <summary>Model that plans an intent; null for that of the namespace's only planner.</summary>
    public string? PlannerModel { get; init; }

    /// <summary>True plans an intent and does nothing of it.</summary>
    public bool Suspend { get; init; }

    /// <summary>True when a planner is to propose the steps.</summary>
    public bool IsIntent => Issues.Count == 0 && Intent is not null;

    /// <summary>Agent that writes; null for the namespace's only one.</summary>
    public string? Coder { get; init; }

    /// <summary>Agent that verifies; null for the namespace's only one, if there is one.</summary>
    public string? Verifier { get; init; }

    /// <summary>True for no verifier.</summary>
    public bool NoVerifier { get; init; }

    /// <summary>Agents that review; empty for the namespace's only one, if there is one.</summary>
    public IReadOnlyList<string> Reviewers { get; init; } = [];

    /// <summary>True for no reviewers.</summary>
    public bool NoReviewer { get; init; }

    public string? RevisionCoder { get; init; }

    public string? EscalationCoder { get; init; }

    public IReadOnlyList<string> EscalationReviewers { get; init; } = [];

    /// <summary>Most rounds of revision of an issue, from 0; null for the usual one.</summary>
    public int? MaxReviews { get; init; }

    /// <summary>Most tasks, from 1; null for no limit.</summary>
    public int? MaxTasks { get; init; }

    /// <summary>Tokens that all tasks may use, from 1; null for no limit.</summary>
    public long? BudgetTokens { get; init; }

    /// <summary>Seconds that all tasks may run, added up, from 1; null for no limit.</summary>
    public int? BudgetSeconds { get; init; }

    /// <summary>All Agents that are named, each once.</summary>
    public IEnumerable<string> NamedAgents =>
        new[] { Coder, Verifier, RevisionCoder, EscalationCoder }.OfType<string>().Concat(Reviewers).Concat(EscalationReviewers).Distinct(StringComparer.Ordinal);
}
