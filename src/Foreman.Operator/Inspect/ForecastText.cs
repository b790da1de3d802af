using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Operator.Live;
using Foreman.Operator.Try;
using Foreman.Scheduling;

namespace Foreman.Operator.Inspect;

/// <summary>Forecasts for people and for programs. Pure.</summary>
internal static class ForecastText
{
    private const int MostHosts = 20;
    private const int MostMessage = 2000;

    /// <summary>What becomes of a waiting task, and why.</summary>
    /// <param name="forecast">The forecast.</param>
    /// <param name="waiting">How many tasks wait, itself included.</param>
    public static IEnumerable<EndLine> Lines(TaskForecast forecast, int waiting)
    {
        var name = TryFormat.OneLine(ObjectKey.Of(forecast.Task).ToString(), 300);
        yield return forecast.Outcome switch
        {
            ForecastOutcome.Starts => new EndLine($"{name}: starts now {(forecast.Node is { } node ? $"on {TryFormat.OneLine(node, 100)}" : "in a Job")}{(forecast.Model is { Length: > 0 } model ? $" with model {TryFormat.OneLine(model, 100)}" : "")}", LineLook.Good),
            ForecastOutcome.Waits => new EndLine(string.Create(CultureInfo.InvariantCulture, $"{name}: waits, place {forecast.Position} of {waiting} in the queue")),
            _ => new EndLine($"{name}: never starts as things are", LineLook.Bad),
        };
        if (forecast.Outcome != ForecastOutcome.Starts)
        {
            yield return new EndLine($"  {forecast.Reason}: {TryFormat.OneLine(forecast.Message, MostMessage)}");
        }
    }

    /// <summary>When a task starts.</summary>
    /// <param name="start">The estimate, or why there is none; neither for a task that does not wait.</param>
    public static IEnumerable<EndLine> Lines((StartEstimate? Estimate, string? Unknown) start)
    {
        if (start.Estimate is { } estimate)
        {
            yield return new EndLine($"  Starts in about {Length(estimate.Likely)}, in 8 of 10 cases in {Length(estimate.Early)} to {Length(estimate.Late)} ({Basis(estimate)}).");
        }
        else if (start.Unknown is { } why)
        {
            yield return new EndLine($"  When it starts is not known: {TryFormat.OneLine(why, MostMessage)}.");
        }
    }

    private static string Basis(StartEstimate estimate) =>
        estimate.Runs == 0 ? "only the window of its quota is before it"
        : string.Create(CultureInfo.InvariantCulture, $"by {estimate.Runs} ended {(estimate.Runs == 1 ? "run" : "runs")}{(estimate.IsApproximate ? ", roughly, as there is too much to play it" : "")}");

    /// <summary>When a task starts, for programs, in seconds from now; null for a task that does not wait.</summary>
    /// <param name="start">The estimate, or why there is none.</param>
    public static JsonObject? Json((StartEstimate? Estimate, string? Unknown) start)
    {
        if (start.Estimate is not { } estimate)
        {
            return start.Unknown is { } why ? new() { ["unknown"] = why } : null;
        }

        var json = new JsonObject
        {
            ["earlySeconds"] = Math.Round(estimate.Early.TotalSeconds),
            ["likelySeconds"] = Math.Round(estimate.Likely.TotalSeconds),
            ["lateSeconds"] = Math.Round(estimate.Late.TotalSeconds),
            ["runs"] = estimate.Runs,
        };
        if (estimate.IsApproximate)
        {
            json["approximate"] = true;
        }

        return json;
    }

    private static string Length(TimeSpan length) =>
        length < TimeSpan.FromSeconds(90) ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(length.TotalSeconds):0} s")
        : length < TimeSpan.FromMinutes(90) ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(length.TotalMinutes):0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{length.TotalHours:0.#} h");

    /// <summary>What each host says to a task.</summary>
    public static IEnumerable<EndLine> Lines(IReadOnlyList<HostForecast> hosts)
    {
        var table = new TextTable("HOST", "TAKES IT", "WHY NOT, AND WHAT WOULD LET IT");
        foreach (var host in hosts.Take(MostHosts))
        {
            table.Add(
                host.Rank is null ? LineLook.Plain : LineLook.Good,
                host.Node.Name(),
                host.Rank is { } rank ? string.Create(CultureInfo.InvariantCulture, $"yes, {rank}.") : host.Violations.Any(v => !v.Temporary) ? "no" : "later",
                host.Score is { } score ? Points(score) : string.Join("; ", host.Violations.Select(v => $"{v.Summary}: {v.Detail} ({v.Fix})")));
        }

        return hosts.Count <= MostHosts ? table.Lines()
            : [.. table.Lines(), new EndLine(string.Create(CultureInfo.InvariantCulture, $"and {hosts.Count - MostHosts} more hosts, further off: all of them with -o json"))];
    }

    /// <summary>A forecast for programs.</summary>
    public static JsonObject Json(TaskForecast forecast) => new()
    {
        ["task"] = forecast.Task.Name(),
        ["namespace"] = forecast.Task.Namespace(),
        ["outcome"] = Word(forecast.Outcome),
        ["position"] = forecast.Position,
        ["reason"] = forecast.Reason,
        ["message"] = forecast.Message,
        ["node"] = forecast.Node,
        ["model"] = forecast.Model,
    };

    /// <summary>The hosts for programs.</summary>
    public static JsonArray Json(IReadOnlyList<HostForecast> hosts) =>
    [
        .. hosts.Select(host => (JsonNode)new JsonObject
        {
            ["node"] = host.Node.Name(),
            ["rank"] = host.Rank,
            ["score"] = host.Score is { } score ? Json(score) : null,
            ["violations"] = new JsonArray([.. host.Violations.Select(v => (JsonNode)new JsonObject
            {
                ["summary"] = v.Summary,
                ["detail"] = v.Detail,
                ["fix"] = v.Fix,
                ["fixIsEnough"] = v.Step.CanFollow,
                ["passesByItself"] = v.Temporary,
            })]),
        }),
    ];

    private static string Points(HostScore score)
    {
        var terms = new (string What, long Points)[]
        {
            ("free slots", score.FreeSlots), ("idle slots of the model", score.IdleSlots), ("speed", score.Speed), ("a warm prompt", score.Warm),
            ("spare memory", -score.Spare), ("memory promised since it told", -score.Promised), ("tasks that only it serves", -score.Needed), ("images that it takes for nothing", -score.Vision),
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"{(score.IsLoaded ? "model in memory; " : "")}{score.Total} points: {string.Join(", ", terms.Where(t => t.Points != 0).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Points} for {t.What}")))}");
    }

    private static JsonObject Json(HostScore score) => new()
    {
        ["loaded"] = score.IsLoaded,
        ["total"] = score.Total,
        ["freeSlots"] = score.FreeSlots,
        ["idleSlots"] = score.IdleSlots,
        ["speed"] = score.Speed,
        ["warm"] = score.Warm,
        ["spare"] = -score.Spare,
        ["promised"] = -score.Promised,
        ["needed"] = -score.Needed,
        ["vision"] = -score.Vision,
    };

    /// <summary>What is said besides.</summary>
    public static EndLine Note(string note) => new($"note: {note}");

    /// <summary>What is said besides, for programs.</summary>
    public static JsonArray Notes(IReadOnlyList<string> notes) => [.. notes.Select(n => (JsonNode?)n)];

    /// <summary>The outcome as a word.</summary>
    public static string Word(ForecastOutcome outcome) => outcome switch
    {
        ForecastOutcome.Starts => "starts",
        ForecastOutcome.Waits => "waits",
        _ => "never",
    };
}
