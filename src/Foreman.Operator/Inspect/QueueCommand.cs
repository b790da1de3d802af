using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Live;
using Foreman.Scheduling;

namespace Foreman.Operator.Inspect;

/// <summary><c>foreman-operator queue</c>: the waiting tasks in the order in which they are placed.</summary>
internal static class QueueCommand
{
    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Show the tasks of this namespace only; places count all", HelpName = "NAME" };
    private static readonly ClusterOptions Cluster = new("list FleetNodes, AgenticTasks, Agents and InferenceServices in all namespaces");

    /// <summary>The command, for the root of the command line.</summary>
    public static Command Create(ConsoleStreams console)
    {
        var command = new Command("queue", "Shows the waiting tasks in the order in which they are placed, and why each waits.") { Namespace };
        Cluster.AddTo(command, decides: true);
        command.SetAction((parsed, _) =>
        {
            var form = Cluster.FormOf(parsed);
            return Cluster.CallAsync(parsed, async (client, _, stop) =>
            {
                var now = console.Time.GetUtcNow();
                var (cluster, notes) = await ClusterReader.ReadAsync(client, Cluster.SettingsOf(parsed), now, stop);
                bool IsShown(string? space) => parsed.GetValue(Namespace) is not { } only || space == only;
                TaskForecast[] shown = [.. Forecast.OfQueue(cluster, now).Where(f => IsShown(f.Task.Namespace()))];
                var all = FleetShares.Of(cluster, now);
                var shares = new FleetShares([.. all.Queues.Where(q => IsShown(q.Namespace))], [.. all.Quotas.Where(q => q.Quota.Namespace is null || IsShown(q.Quota.Namespace))]);
                await ClusterOptions.PrintAsync(
                    console, form, () => [.. Lines(shown, now), .. ShareText.Lines(shares, all.Queues.Length), .. notes.Select(ForecastText.Note)], () => Json(shown, shares, notes));
                return ExitCodes.Done;
            });
        });
        return command;
    }

    /// <summary>A line for each task. Pure.</summary>
    internal static IEnumerable<EndLine> Lines(IReadOnlyList<TaskForecast> queue, DateTimeOffset now)
    {
        if (queue.Count == 0)
        {
            return [new EndLine("No task waits.")];
        }

        var table = new TextTable("PLACE", "TASK", "PRIORITY", "AGE", "AGENT", "STATE", "WHY");
        foreach (var forecast in queue)
        {
            table.Add(
                forecast.Outcome switch { ForecastOutcome.Starts => LineLook.Good, ForecastOutcome.Never => LineLook.Bad, _ => LineLook.Plain },
                forecast.Position.ToString(CultureInfo.InvariantCulture),
                ObjectKey.Of(forecast.Task).ToString(),
                (forecast.Task.Spec.Priority ?? 0).ToString(CultureInfo.InvariantCulture),
                Age(forecast.Task, now),
                forecast.Task.AgentName() ?? "-",
                forecast.Outcome == ForecastOutcome.Starts ? $"starts on {forecast.Node}" : ForecastText.Word(forecast.Outcome),
                forecast.Outcome == ForecastOutcome.Starts ? "" : $"{forecast.Reason}: {forecast.Message}");
        }

        return table.Lines();
    }

    /// <summary>An age as kubectl shows it, in the largest whole unit: 40s, 5m, 3h, 2d. Pure.</summary>
    internal static string Age(TimeSpan age) => age switch
    {
        _ when age < TimeSpan.FromMinutes(2) => Number(Math.Max(0, age.TotalSeconds), "s"),
        _ when age < TimeSpan.FromHours(2) => Number(age.TotalMinutes, "m"),
        _ when age < TimeSpan.FromDays(2) => Number(age.TotalHours, "h"),
        _ => Number(age.TotalDays, "d"),
    };

    private static string Age(AgenticTask task, DateTimeOffset now) => task.Metadata.CreationTimestamp is { } created ? Age(now - created) : "-";

    private static string Number(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value):0}{unit}");

    private static JsonObject Json(IReadOnlyList<TaskForecast> queue, FleetShares shares, IReadOnlyList<string> notes) => new()
    {
        ["tasks"] = new JsonArray([.. queue.Select(f => (JsonNode)Json(f))]),
        ["queues"] = ShareText.Json(shares.Queues),
        ["quotas"] = ShareText.Json(shares.Quotas),
        ["notes"] = ForecastText.Notes(notes),
    };

    private static JsonObject Json(TaskForecast forecast)
    {
        var json = ForecastText.Json(forecast);
        json["priority"] = forecast.Task.Spec.Priority ?? 0;
        json["agent"] = forecast.Task.AgentName();
        json["createdAt"] = forecast.Task.Metadata.CreationTimestamp?.ToString("O", CultureInfo.InvariantCulture);
        return json;
    }
}
