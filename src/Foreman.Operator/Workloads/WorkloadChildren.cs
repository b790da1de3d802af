using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;

namespace Foreman.Operator.Workloads;

/// <summary>
/// The tasks of a Workload, as the operator follows them; what it wrote itself counts from the answer on, and a task that
/// seems to be gone is asked for before that is believed.
/// </summary>
/// <param name="caches">What the operator follows.</param>
/// <param name="memory">What is known of the Workload beyond that.</param>
/// <param name="client">Asks the API server.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkloadChildren(ClusterCaches caches, WorkloadMemory memory, IKubernetes client, TimeProvider time)
{
    /// <summary>How long an answer is believed about a task that the store does not have; after that the task is asked for.</summary>
    internal static readonly TimeSpan Believed = TimeSpan.FromSeconds(10);

    /// <summary>True when the last answer counted tasks that the store does not have (yet): one of them may have gone unseen.</summary>
    public bool CountsUnseen { get; private set; }

    /// <summary>True when a task is a Workload's: owned by it, or labelled with its name, owned by nobody and not older than it.</summary>
    public static bool IsChild(AgenticTask task, Workload workload) =>
        task.IsOwnedBy(workload) || (task.GetController() is null
            && ClusterCaches.WorkloadsOf(task).Contains(ObjectKey.Of(workload))
            && !(task.Metadata.CreationTimestamp < workload.Metadata.CreationTimestamp));

    /// <summary>All tasks of a Workload.</summary>
    /// <param name="workload">The Workload.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<AgenticTask>> OfAsync(Workload workload, CancellationToken cancellationToken)
    {
        var found = caches.TasksOf(ObjectKey.Of(workload)).Where(t => IsChild(t, workload)).ToDictionary(t => t.Name(), StringComparer.Ordinal);
        CountsUnseen = false;
        var unsure = Expected(workload).Where(n => !found.ContainsKey(n) && !memory.Tasks.ContainsKey(n)).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, noted) in memory.Tasks.ToArray())
        {
            if (found.TryGetValue(name, out var stored))
            {
                Overlay(found, stored, noted.Task);
            }
            else if (time.GetElapsedTime(noted.At) < Believed)
            {
                found[name] = noted.Task;
                CountsUnseen = true;
            }
            else
            {
                memory.Tasks.Remove(name);
                unsure.Add(name);
            }
        }

        foreach (var name in unsure)
        {
            await AskAsync(found, name, workload, cancellationToken);
        }

        return [.. found.Values];
    }

    /// <summary>
    /// Asks the API server for the Workload and all of its tasks, which <see cref="OfAsync"/> gives from then on. What a leader
    /// before gave away of a budget is known only then.
    /// </summary>
    /// <param name="workload">The Workload.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The Workload as it is stored; null when it is gone or going.</returns>
    public async Task<Workload?> AskAsync(Workload workload, CancellationToken cancellationToken)
    {
        var listed = await client.ListAsync<AgenticTask>(
            workload.Namespace(), new ListOptions { LabelSelector = Selectors.Equal(Labels.Workload, workload.Name()) }, cancellationToken);
        if (await client.TryReadAsync<Workload>(workload.Name(), workload.Namespace(), cancellationToken) is not { } fresh
            || fresh.Uid() != workload.Uid() || fresh.IsDeleting())
        {
            return null;
        }

        foreach (var task in listed.Items.Where(t => IsChild(t, workload)))
        {
            memory.Note(task, time.GetTimestamp());
        }

        memory.NoteStatus(fresh.ResourceVersion(), fresh.Status);
        memory.KnowsChildren = true;
        return fresh;
    }

    // Ended tasks may be cleaned up; what the status says of them stays.
    private static IEnumerable<string> Expected(Workload workload) => (workload.Status?.Plan ?? [])
        .Where(s => s.Task is not null && (s.State == StepState.Pending || s.State == StepState.Running))
        .Select(s => s.Task!);

    private void Overlay(Dictionary<string, AgenticTask> found, AgenticTask stored, AgenticTask noted)
    {
        if (IsOlder(stored, noted))
        {
            found[noted.Name()] = noted;
        }
        else
        {
            memory.Tasks.Remove(noted.Name());
        }
    }

    /// <summary>True when a task of the store is older than what the API server answered of it.</summary>
    internal static bool IsOlder(AgenticTask stored, AgenticTask noted) =>
        ResourceVersions.Compare(stored.ResourceVersion(), noted.ResourceVersion()) is { } order
            ? order < 0
            : stored.Uid() == noted.Uid() && stored.Metadata.Generation < noted.Metadata.Generation;

    private async Task AskAsync(Dictionary<string, AgenticTask> found, string name, Workload workload, CancellationToken cancellationToken)
    {
        if (await client.TryReadAsync<AgenticTask>(name, workload.Namespace(), cancellationToken) is { } task && IsChild(task, workload))
        {
            found[name] = task;
            memory.Note(task, time.GetTimestamp());
            CountsUnseen = true;
        }
    }
}
