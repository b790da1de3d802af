using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules.Tests.Fakes;

/// <summary>Does by the clock of a test what the controller of CronJobs does, and the pods of the Jobs that it makes.</summary>
internal sealed class JobClock(IKubernetes client, IScheduledObjects objects)
{
    private readonly Dictionary<string, DateTimeOffset> _last = new(StringComparer.Ordinal);

    /// <summary>Makes the Jobs that are due in a namespace.</summary>
    /// <returns>False when one of them failed.</returns>
    public async Task<bool> RunAsync(string ns, DateTimeOffset now)
    {
        var list = await client.Dynamic.ListAsync(CronJobManifest.Type, ns);
        var wentWell = true;
        foreach (var cronJob in ((JsonArray)list["items"]!).OfType<JsonObject>())
        {
            wentWell &= await RunAsync(cronJob, now);
        }

        return wentWell;
    }

    private async Task<bool> RunAsync(JsonObject cronJob, DateTimeOffset now)
    {
        var (spec, metadata) = (cronJob["spec"]!, cronJob["metadata"]!);
        var zone = (string)spec["timeZone"]!;
        var expression = Given.Expression((string)spec["schedule"]!, zone == "Etc/UTC" ? null : zone);
        var uid = (string)metadata["uid"]!;
        if ((bool)spec["suspend"]! || expression.Within(_last.GetValueOrDefault(uid, Given.Start), now, Given.Start) is not { Latest: var slot })
        {
            return true;
        }

        _last[uid] = slot;
        return (now - slot).TotalSeconds > (long)spec["startingDeadlineSeconds"]!
            || await FireAsync(spec["jobTemplate"]!["spec"]!["template"]!["spec"]!["containers"]![0]!, ScheduleNames.Object((string)metadata["name"]!, slot), now);
    }

    private async Task<bool> FireAsync(JsonNode container, string job, DateTimeOffset now)
    {
        var arguments = ((JsonArray)container["command"]!).Select(a => (string)a!).ToArray();
        Assert.Equal(["foreman-agent", "fire", "--namespace", "--job", "$(JOB_NAME)"], arguments.Where((_, i) => i is not (2 or 4)));
        if (await client.TryReadAsync<TaskSchedule>(arguments[2], arguments[4]) is not { } schedule)
        {
            return true;
        }

        try
        {
            var decision = FireDecision.Of(schedule, FireDecision.TimeOfJob(job)!.Value, now);
            if (decision.Fire is { } fire)
            {
                await objects.CreateAsync(fire, CancellationToken.None);
            }

            return true;
        }
        catch (Exception e) when (e is ScheduleException or HttpRequestException)
        {
            return false;
        }
    }
}
