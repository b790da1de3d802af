using System.Collections.Concurrent;
using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Workloads;

/// <summary>
/// The tasks of Workloads, as the operator follows them; what it wrote itself counts from the answer on, and a task that
/// seems to be gone is asked for before that is believed.
/// </summary>
internal sealed class WorkloadChildren
{
    private const string ByWorkload = "workload";

    private readonly Store<AgenticTask> _tasks;
    private readonly ConcurrentDictionary<ObjectKey, AgenticTask> _written = new();

    /// <param name="tasks">All tasks.</param>
    public WorkloadChildren(Store<AgenticTask> tasks)
    {
        _tasks = tasks;
        tasks.AddIndexer(ByWorkload, KeysOf);
    }

    /// <summary>The Workload that a task says it belongs to; empty for none.</summary>
    public static IEnumerable<ObjectKey> WorkloadOf(AgenticTask task) =>
        task.Metadata.Labels?.GetValueOrDefault(Labels.Workload) is { Length: > 0 } name ? [new ObjectKey(task.Namespace(), name)] : [];

    /// <summary>True when a task is a Workload's: labelled so, and owned by it or by nobody.</summary>
    public static bool IsChild(AgenticTask task, Workload workload) =>
        WorkloadOf(task).Contains(ObjectKey.Of(workload)) && (task.IsOwnedBy(workload) || task.GetController() is null);

    /// <summary>All tasks of a Workload.</summary>
    /// <param name="client">Asks for those that seem to be gone.</param>
    /// <param name="workload">The Workload.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<AgenticTask>> OfAsync(IKubernetes client, Workload workload, CancellationToken cancellationToken)
    {
        var found = _tasks.ByIndex(ByWorkload, IndexKey(workload.Namespace(), workload.Name())).Values
            .Select(Newest).Where(t => IsChild(t, workload)).ToDictionary(t => t.Name(), StringComparer.Ordinal);
        foreach (var name in Expected(workload).Where(n => !found.ContainsKey(n)))
        {
            if (await client.TryReadAsync<AgenticTask>(name, workload.Namespace(), cancellationToken) is { } task && IsChild(task, workload))
            {
                found[name] = task;
            }
        }

        return [.. found.Values];
    }

    /// <summary>Takes note of what the API server answered to a write.</summary>
    public void Note(AgenticTask task) => _written[ObjectKey.Of(task)] = task;

    // Ended tasks may be cleaned up; what the status says of them stays.
    private static IEnumerable<string> Expected(Workload workload) => (workload.Status?.Plan ?? [])
        .Where(s => s.Task is not null && (s.State == StepState.Pending || s.State == StepState.Running))
        .Select(s => s.Task!);

    private AgenticTask Newest(AgenticTask stored)
    {
        var key = ObjectKey.Of(stored);
        if (!_written.TryGetValue(key, out var written))
        {
            return stored;
        }

        if (written.Uid() == stored.Uid() && written.Metadata.Generation > stored.Metadata.Generation)
        {
            return written;
        }

        _written.TryRemove(key, out _);
        return stored;
    }

    private static IEnumerable<string> KeysOf(AgenticTask task) => WorkloadOf(task).Select(k => IndexKey(k.Namespace, k.Name));

    private static string IndexKey(string? space, string name) => string.Create(CultureInfo.InvariantCulture, $"{space}/{name}");
}
