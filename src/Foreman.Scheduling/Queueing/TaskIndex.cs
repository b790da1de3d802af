using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Finds tasks by name, counts those that hold slots by their Agent, and knows what is asked about all of them at once.</summary>
internal sealed class TaskIndex
{
    private readonly IEnumerable<AgenticTask> _holding;
    private ILookup<string, (string? Uid, TaskAttempt Attempt)>? _successes;

    /// <param name="tasks">All tasks.</param>
    /// <param name="unconfirmed">UIDs of tasks whose last decision has no answer yet: one that is taken back counts until that is stored.</param>
    public TaskIndex(IReadOnlyList<AgenticTask> tasks, IReadOnlySet<string> unconfirmed)
        : this(tasks, tasks.Where(t => t.SlotOn(unconfirmed) is not null))
    {
    }

    /// <param name="tasks">All tasks.</param>
    /// <param name="holding">Those of them that take slots.</param>
    /// <param name="cycles">Which of them wait for themselves; null when that is not known yet.</param>
    public TaskIndex(IReadOnlyList<AgenticTask> tasks, IEnumerable<AgenticTask> holding, DependencyCycles? cycles = null)
    {
        All = tasks;
        _holding = holding;
        KnownCycles = cycles;
    }

    public IReadOnlyList<AgenticTask> All { get; }

    private Dictionary<ObjectKey, int> Active => field ??= CountActive();

    private Dictionary<ObjectKey, AgenticTask> ByKey => field ??= All.ToDictionary(t => ObjectKey.Of(t));

    /// <summary>Which tasks wait for themselves; null while nobody has asked for it.</summary>
    public DependencyCycles? KnownCycles { get; private set; }

    /// <summary>Which tasks wait for themselves.</summary>
    public DependencyCycles Cycles => KnownCycles ??= new(All);

    /// <summary>The attempts of all tasks that came to their end on a machine, each with the UID of its task.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="placements">They say which machine an attempt lived by.</param>
    public IEnumerable<(string? Uid, TaskAttempt Attempt)> SuccessesOn(string host, PlacementRegistry placements) => (_successes ??= All
        .SelectMany(t => t.Status.Attempts.Where(a => a.Outcome == AttemptOutcome.Succeeded), (t, a) => (t.Metadata.Uid, Attempt: a))
        .ToLookup(s => placements.HostOf(s.Attempt), StringComparer.Ordinal))[host];

    public AgenticTask? Find(string? space, string name) => ByKey.GetValueOrDefault(new ObjectKey(space, name));

    /// <summary>Counts a task that this decision places.</summary>
    public void Activate(AgenticTask task)
    {
        if (AgentOf(task) is { } key)
        {
            Active[key] = ActiveOf(key) + 1;
        }
    }

    public int ActiveOf(ObjectKey agent) => Active.GetValueOrDefault(agent);

    private Dictionary<ObjectKey, int> CountActive()
    {
        var active = new Dictionary<ObjectKey, int>();
        foreach (var task in _holding)
        {
            if (AgentOf(task) is { } key)
            {
                active[key] = active.GetValueOrDefault(key) + 1;
            }
        }

        return active;
    }

    private static ObjectKey? AgentOf(AgenticTask task) => task.AgentName() is { } agent ? new ObjectKey(task.Namespace(), agent) : null;
}
