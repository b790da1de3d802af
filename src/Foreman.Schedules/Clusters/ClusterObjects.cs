using System.Net;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>Creates and reads the AgenticTasks and Workloads of schedules in a cluster.</summary>
/// <param name="client">Reads and writes.</param>
public sealed class ClusterObjects(IKubernetes client) : IScheduledObjects
{
    private static readonly WriteOptions Creating = new() { FieldManager = ApiGroup.FieldManager };

    private static readonly PatchOptions Changing = new() { FieldManager = ApiGroup.FieldManager };

    private static readonly ListOptions OfSchedules = new() { LabelSelector = Selectors.Exists(Labels.Schedule) };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FiredObject>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<FiredObject>();
        await foreach (var task in client.ListPagesAsync<AgenticTask>(null, OfSchedules, cancellationToken))
        {
            Add(FiredObject.Of(task));
        }

        await foreach (var workload in client.ListPagesAsync<Workload>(null, OfSchedules, cancellationToken))
        {
            Add(FiredObject.Of(workload));
        }

        return found;

        void Add(FiredObject? obj)
        {
            if (obj is not null)
            {
                found.Add(obj);
            }
        }
    }

    /// <inheritdoc/>
    public async Task CreateAsync(ScheduledFire fire, CancellationToken cancellationToken)
    {
        try
        {
            if (fire.Task is { } task)
            {
                await client.CreateAsync(task, Creating, cancellationToken);
            }
            else if (fire.Workload is { } workload)
            {
                await client.CreateAsync(workload, Creating, cancellationToken);
            }
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // The name is made of schedule and time, so it is this run's.
        }
        catch (KubernetesException e) when (e.IsInvalid || e.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            throw new ScheduleException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async Task CancelAsync(ObjectKey obj, CancellationToken cancellationToken)
    {
        // The names of both kinds are made alike, and only one of them is there.
        if (!await TryCancelAsync<AgenticTask>(obj, cancellationToken))
        {
            await TryCancelAsync<Workload>(obj, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(ObjectKey obj, CancellationToken cancellationToken)
    {
        if (!await client.TryDeleteAsync<AgenticTask>(obj.Name, obj.Namespace, null, cancellationToken))
        {
            await client.TryDeleteAsync<Workload>(obj.Name, obj.Namespace, null, cancellationToken);
        }
    }

    private async Task<bool> TryCancelAsync<T>(ObjectKey obj, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        try
        {
            var patch = V1Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["cancel"] = true } });
            await client.PatchMetadataAsync<T>(patch, obj.Name, obj.Namespace, Changing, cancellationToken);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }
}
