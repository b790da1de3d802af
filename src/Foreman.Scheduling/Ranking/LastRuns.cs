using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// Of which Agent the newest run of each model on one host is: the model's server may have that Agent's prompt in its cache. It is what is stored when
/// a decision begins; a task that the decision assigns changes nothing, so that no host becomes better within it.
/// </summary>
internal sealed class LastRuns
{
    // A host has few models.
    private readonly List<Run> _newest = [];

    private readonly record struct Run(string Model, DateTimeOffset At, ObjectKey Agent);

    /// <summary>True when the newest run of a model is of an Agent.</summary>
    /// <param name="model">Name of the model, as it was promised.</param>
    /// <param name="agent">The Agent.</param>
    public bool IsOf(string model, ObjectKey agent)
    {
        foreach (var run in _newest)
        {
            if (string.Equals(run.Model, model, StringComparison.Ordinal))
            {
                return run.Agent == agent;
            }
        }

        return false;
    }

    /// <summary>The Agent that a demand is of; the built-in one has no name.</summary>
    /// <param name="demand">The demand.</param>
    public static ObjectKey AgentOf(Demand demand) => new(demand.Namespace, demand.Agent?.Metadata.Name ?? "");

    /// <summary>The Agent that a task is of; the built-in one has no name.</summary>
    /// <param name="task">The task.</param>
    public static ObjectKey AgentOf(AgenticTask task) => new(task.Metadata.NamespaceProperty ?? "", task.AgentName() ?? "");

    /// <summary>The runs of each host: those that hold slots, and those that have ended.</summary>
    /// <param name="tasks">All tasks.</param>
    public static Dictionary<string, LastRuns> Of(IEnumerable<AgenticTask> tasks)
    {
        var hosts = new Dictionary<string, LastRuns>(StringComparer.Ordinal);
        foreach (var task in tasks)
        {
            if (task.HoldsSlot())
            {
                // One that nobody has claimed yet is the newest.
                var at = task.IsRunning() ? task.Status.Claim?.AcquiredAt : null;
                Add(hosts, task.Status.AssignedNode, new(task.Status.Model?.Name ?? "", at ?? DateTimeOffset.MaxValue, AgentOf(task)));
            }

            foreach (var attempt in task.Status.Attempts)
            {
                if (attempt.StartedAt is { } at)
                {
                    Add(hosts, attempt.Node, new(attempt.Model ?? "", at, AgentOf(task)));
                }
            }
        }

        return hosts;
    }

    private static void Add(Dictionary<string, LastRuns> hosts, string? host, Run run)
    {
        if (host is null || run.Model.Length == 0)
        {
            return;
        }

        if (!hosts.TryGetValue(host, out var runs))
        {
            hosts.Add(host, runs = new());
        }

        runs.Add(run);
    }

    private void Add(Run run)
    {
        for (var place = 0; place < _newest.Count; place++)
        {
            if (string.Equals(_newest[place].Model, run.Model, StringComparison.Ordinal))
            {
                _newest[place] = IsNewer(run, _newest[place]) ? run : _newest[place];
                return;
            }
        }

        _newest.Add(run);
    }

    // Of two that began at the same time it must not matter which was read first.
    private static bool IsNewer(Run run, Run than)
    {
        var order = run.At.CompareTo(than.At);
        order = order != 0 ? order : string.CompareOrdinal(run.Agent.Namespace, than.Agent.Namespace);
        order = order != 0 ? order : string.CompareOrdinal(run.Agent.Name, than.Agent.Name);
        return order > 0;
    }
}

/// <summary>What ran on all hosts. It is gone through when a host is first asked for, as a decision without a free slot asks for none.</summary>
/// <param name="tasks">All tasks.</param>
internal sealed class FleetRuns(IReadOnlyList<AgenticTask> tasks)
{
    private static readonly LastRuns NoRuns = new();
    private Dictionary<string, LastRuns>? _byHost;

    /// <summary>Nothing ran.</summary>
    public static FleetRuns None { get; } = new([]);

    /// <summary>The newest runs of a host.</summary>
    /// <param name="host">Its name.</param>
    public LastRuns On(string host) => (_byHost ??= LastRuns.Of(tasks)).GetValueOrDefault(host, NoRuns);
}
