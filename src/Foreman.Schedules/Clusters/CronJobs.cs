using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Schedules;

/// <summary>The CronJobs of schedules in the cluster. Those of other owners are neither changed nor deleted.</summary>
/// <param name="client">Reads and writes.</param>
/// <param name="settings">What they run.</param>
internal sealed class CronJobs(IKubernetes client, CronJobSettings settings)
{
    private static readonly PatchOptions Applying = new() { FieldManager = ApiGroup.FieldManager, Force = true };

    /// <summary>Makes the CronJob of a schedule what it shall be; writes nothing when it is.</summary>
    /// <param name="schedule">The schedule, without a fault.</param>
    /// <param name="expression">When it is due.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why it could not be written, as a sentence without its full stop; null when it is as it shall be.</returns>
    public async Task<string?> ApplyAsync(TaskSchedule schedule, ScheduleExpression expression, CancellationToken cancellationToken)
    {
        var wanted = CronJobManifest.Of(schedule, expression, settings);
        var key = CronJobManifest.KeyOf(settings.Owner, ObjectKey.Of(schedule));
        try
        {
            var stored = await client.Dynamic.TryReadAsync(key.Type, key.Name, key.Namespace, cancellationToken);
            if (stored is not null && !CronJobManifest.IsOwn(stored, settings.Owner, schedule.Name()))
            {
                return $"a CronJob {key.Name} is there that is another's; it was left alone: delete it, or give the schedule another name";
            }

            if (stored is null || !JsonCover.Covers(stored, JsonNode.Parse(wanted.ToJsonString())))
            {
                await client.Dynamic.ApplyAsync(wanted, Applying, cancellationToken);
            }

            return null;
        }
        catch (KubernetesException e)
        {
            return $"the CronJob {key.Name} could not be written: {Printable.Line(e.Message, 500)}";
        }
    }

    /// <summary>Deletes the CronJob of a schedule, unless it is another's; without effect when it is not there.</summary>
    /// <param name="schedule">The schedule, which may be gone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task DeleteAsync(ObjectKey schedule, CancellationToken cancellationToken)
    {
        var key = CronJobManifest.KeyOf(settings.Owner, schedule);
        if (await client.Dynamic.TryReadAsync(key.Type, key.Name, key.Namespace, cancellationToken) is not { } stored
            || !CronJobManifest.IsOwn(stored, settings.Owner, schedule.Name))
        {
            return;
        }

        try
        {
            await client.Dynamic.DeleteAsync(key, new DeleteOptions { PropagationPolicy = PropagationPolicy.Background }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // Somebody else was faster.
        }
    }

    /// <summary>The schedules that have CronJobs of ours.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ObjectKey>> SchedulesAsync(CancellationToken cancellationToken)
    {
        var selection = new ListOptions { LabelSelector = Selectors.Equal(Labels.ScheduleOwner, settings.Owner) };
        var list = await client.Dynamic.ListAsync(CronJobManifest.Type, null, selection, cancellationToken);
        return [.. (list["items"] as JsonArray ?? []).OfType<JsonObject>().Select(ScheduleOf).OfType<ObjectKey>()];
    }

    private static ObjectKey? ScheduleOf(JsonObject cronJob) =>
        CronJobManifest.Label(cronJob, Labels.Schedule) is { } name && ResultFields.Text((cronJob["metadata"] as JsonObject)?["namespace"]) is { } ns ? new(ns, name) : null;
}
