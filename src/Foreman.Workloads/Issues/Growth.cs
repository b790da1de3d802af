using System.Collections.Immutable;

namespace Foreman.Workloads;

/// <summary>What steps are added for.</summary>
internal enum StepGroupKind
{
    /// <summary>Another coder.</summary>
    CoderEscalation,

    /// <summary>A round of revision.</summary>
    Revision,

    /// <summary>Further reviewers.</summary>
    FurtherReviews,

    /// <summary>Steps that are done again.</summary>
    Retry,

    /// <summary>A round of revision of a pull request.</summary>
    FollowUp,
}

/// <summary>Steps that are added together, or not at all.</summary>
/// <param name="Kind">What for.</param>
/// <param name="Issue">The issue that they are about; 0 in a pipeline.</param>
/// <param name="Round">The round of revision that they are or follow; 0 for the first one.</param>
/// <param name="Reason">Reason of the condition that tells of them.</param>
/// <param name="Steps">The steps.</param>
internal sealed record StepGroup(StepGroupKind Kind, int Issue, int Round, string Reason, ImmutableArray<Step> Steps);

/// <summary>The groups that are added to the first steps, as far as the cap of tasks has room for them.</summary>
/// <param name="cap">The cap.</param>
/// <param name="first">Number of the first steps, and of retries that are made already.</param>
/// <param name="results">How a step stands, by name.</param>
internal sealed class Growth(TaskCap cap, int first, Func<string, StepResult> results)
{
    private readonly List<StepGroup> _admitted = [];
    private readonly HashSet<StepGroup> _known = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<(StepGroupKind Kind, int Issue)> _kinds = [];
    private readonly Dictionary<int, int> _lastRounds = [];
    private int _tasks = first;

    /// <summary>The groups that are added, in their order.</summary>
    public IReadOnlyList<StepGroup> Admitted => _admitted;

    /// <summary>Reason and message about the first group that found no room; null when all did.</summary>
    public (string Reason, string Message)? Refusal { get; private set; }

    public bool HasFurtherReviews { get; private set; }

    /// <summary>True when the issue has such a group.</summary>
    public bool Has(StepGroupKind kind, int issue) => _kinds.Contains((kind, issue));

    /// <summary>The last round of an issue.</summary>
    public int LastRound(int issue) => _lastRounds.GetValueOrDefault(issue);

    /// <summary>True when the group itself, not one like it, is added.</summary>
    public bool IsAdmitted(StepGroup group) => _known.Contains(group);

    /// <summary>Adds groups: those that are half made first, so that room which they took is never given twice.</summary>
    /// <param name="due">The groups.</param>
    /// <param name="reserved">Tasks of groups that are half made, and are added later.</param>
    public void Add(IEnumerable<StepGroup> due, int reserved = 0)
    {
        foreach (var group in due.OrderBy(g => !IsBegun(g)).ToArray())
        {
            if (group.Steps.IsEmpty)
            {
                continue;
            }

            if (IsBegun(group) || cap.HasRoom(_tasks + reserved + group.Steps.Length))
            {
                Admit(group);
            }
            else
            {
                Refusal ??= Refused(group);
            }
        }
    }

    private void Admit(StepGroup group)
    {
        _admitted.Add(group);
        _known.Add(group);
        _kinds.Add((group.Kind, group.Issue));
        _tasks += group.Steps.Length;
        HasFurtherReviews |= group.Kind == StepGroupKind.FurtherReviews;
        if (group.Kind == StepGroupKind.Revision)
        {
            _lastRounds[group.Issue] = Math.Max(LastRound(group.Issue), group.Round);
        }
    }

    private bool IsBegun(StepGroup group) => group.Steps.Any(s => results(s.Name).State != Api.StepState.Planned);

    private (string Reason, string Message) Refused(StepGroup group) => group.Kind switch
    {
        StepGroupKind.CoderEscalation => (Api.Reasons.MaxTasksCoderEscalationCap, cap.NoRoom(_tasks, group.Steps, "the escalation coder")),
        StepGroupKind.Revision => (Api.Reasons.MaxTasksIterationCap, cap.NoRoom(_tasks, group.Steps, "a revision")),
        StepGroupKind.FollowUp => (Api.Reasons.MaxTasksFollowUpCap, cap.NoRoom(_tasks, group.Steps, "a revision of a pull request")),
        StepGroupKind.Retry => (Api.Reasons.MaxTasksRetryCap, cap.NoRoom(_tasks, group.Steps, "a retry")),
        _ => (Api.Reasons.MaxTasksEscalationCap, cap.NoRoom(_tasks, group.Steps, "further reviewers")),
    };
}
