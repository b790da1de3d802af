using System.Net;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Workloads;

namespace Foreman.Operator.Workloads;

/// <summary>Makes and changes the tasks of a Workload. What is refused keeps the others from nothing.</summary>
/// <param name="caches">What the operator follows.</param>
/// <param name="memory">What is known of the Workload beyond that.</param>
/// <param name="client">Writes.</param>
/// <param name="time">The clock.</param>
internal sealed class ChildWriter(ClusterCaches caches, WorkloadMemory memory, IKubernetes client, TimeProvider time)
{
    private static readonly WriteOptions Creating = new() { FieldValidation = FieldValidation.Strict, FieldManager = ApiGroup.FieldManager };

    private static readonly PatchOptions Changing = new() { FieldValidation = FieldValidation.Strict, FieldManager = ApiGroup.FieldManager };

    /// <summary>Writes what was decided, in its order.</summary>
    /// <param name="workload">The Workload.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="refused">What was refused a short while ago, by the name of the task; it is left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What kept tasks from being written, these included: a sentence by the name of the task.</returns>
    public async Task<IReadOnlyDictionary<string, string>> WriteAsync(
        Workload workload, WorkloadDecision decision, IReadOnlyDictionary<string, string> refused, CancellationToken cancellationToken)
    {
        var obstacles = new Dictionary<string, string>(StringComparer.Ordinal);
        memory.Taken.Clear();
        foreach (var task in decision.Creates)
        {
            // A task that follows the task of another owner would go on from that one's work.
            if (task.Spec.DependsOn?.Any(obstacles.ContainsKey) == true)
            {
                continue;
            }

            Add(obstacles, task.Name(), refused.GetValueOrDefault(task.Name()) ?? await CreateAsync(workload, task, cancellationToken));
        }

        foreach (var change in decision.Changes)
        {
            var name = change.Task.Name();
            Add(obstacles, name, refused.GetValueOrDefault(name) ?? await ChangeAsync(workload, change, cancellationToken));
        }

        return obstacles;
    }

    private static void Add(Dictionary<string, string> obstacles, string task, string? why)
    {
        if (why is not null)
        {
            obstacles[task] = why;
        }
    }

    private async Task<string?> CreateAsync(Workload workload, AgenticTask task, CancellationToken cancellationToken)
    {
        if (caches.Tasks.Store.Get(task.Name(), task.Namespace()) is { } known && !WorkloadChildren.IsChild(known, workload))
        {
            return Taken(known, workload);
        }

        try
        {
            memory.Note(await client.CreateAsync(task, Creating, cancellationToken), time.GetTimestamp());
            return null;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return await AdoptAsync(workload, task, e, cancellationToken);
        }
        catch (KubernetesException e) when (IsRefusal(e))
        {
            return Refused(workload, task, $"Task \"{task.Name()}\" was refused: {e.Message}.");
        }
    }

    // A leader before may have made it, and no watch has told yet.
    private async Task<string?> AdoptAsync(Workload workload, AgenticTask task, KubernetesException error, CancellationToken cancellationToken)
    {
        AgenticTask? there;
        try
        {
            there = await client.TryReadAsync<AgenticTask>(task.Name(), task.Namespace(), cancellationToken);
        }
        catch (KubernetesUnreachableException e) when (e.Reason == UnreachableReason.InvalidObject)
        {
            return Refused(workload, task, $"A task \"{task.Name()}\" exists and can't be read: {e.Message}.");
        }

        if (there is null)
        {
            // It went in between, so the next attempt makes it.
            throw error;
        }

        if (!WorkloadChildren.IsChild(there, workload))
        {
            return Taken(there, workload);
        }

        memory.Note(there, time.GetTimestamp());
        return null;
    }

    private async Task<string?> ChangeAsync(Workload workload, ChildChange change, CancellationToken cancellationToken)
    {
        try
        {
            memory.Note(await client.PatchAsync<AgenticTask>(ChildWrites.ToPatch(change), change.Task.Name(), change.Task.Namespace(), Changing, cancellationToken), time.GetTimestamp());
            return null;
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound || e.IsConflict)
        {
            // It has changed meanwhile, and that change leads here again.
            memory.Tasks.Remove(change.Task.Name());
            return null;
        }
        catch (KubernetesException e) when (IsRefusal(e))
        {
            return Refused(workload, change.Task, $"A change of task \"{change.Task.Name()}\" was refused: {e.Message}.");
        }
    }

    private string Refused(Workload workload, AgenticTask task, string why)
    {
        memory.Refuse(task.Name(), new(why, workload.Metadata.Generation, time.GetTimestamp()));
        return why;
    }

    private string Taken(AgenticTask there, Workload workload)
    {
        memory.Taken.Add(ObjectKey.Of(there));
        return there.IsDeleting() || (there.GetController() is { } owner && owner.Kind == Workload.Type.Kind && owner.Name == workload.Name())
            ? $"Task \"{there.Name()}\" of an earlier Workload of this name is still there; the new one is made when it has gone."
            : $"A task \"{there.Name()}\" exists and is not this Workload's; delete it, or call the Workload otherwise.";
    }

    /// <summary>True when the schema, a rule, a quota, a webhook or the size of the object is why: asking again at once is of no use.</summary>
    internal static bool IsRefusal(KubernetesException e) =>
        e.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge;
}
