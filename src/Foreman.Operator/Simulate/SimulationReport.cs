using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Operator.Live;
using Foreman.Operator.Try;
using Foreman.Scheduling;

namespace Foreman.Operator.Simulate;

/// <summary>The figures of a simulation for people and for programs. Pure.</summary>
internal static class SimulationReport
{
    private const int MostNotRun = 10;
    private const int MostOfName = 253;

    /// <summary>For people.</summary>
    public static IEnumerable<EndLine> Lines(SimulationResult result, SimulationFigures figures)
    {
        var waits = figures.Waits;
        yield return new EndLine(Number($"{Many(result.Runs.Count, "task")} ran on {figures.Hosts.Count(h => h.Runs > 0)} of {Many(figures.Hosts.Length, "host")} in {Time(figures.Makespan)}, {result.NotRun.Count} never did"), result.NotRun.Count == 0 ? LineLook.Good : LineLook.Bad);
        yield return new EndLine($"waits: median {Time(waits.Median)}, 90 % within {Time(waits.P90)}, 99 % within {Time(waits.P99)}, longest {Time(waits.Longest)}");
        yield return new EndLine(Number($"fairness between namespaces: {figures.Fairness:0.00} of 1"));
        yield return new EndLine("");
        var hosts = new TextTable("HOST", "RUNS", "BUSY", "MODELS LOADED");
        foreach (var host in figures.Hosts)
        {
            hosts.Add(LineLook.Plain, TryFormat.OneLine(host.Node, MostOfName), Number($"{host.Runs}"), Number($"{100 * host.Busy:0} %"), Number($"{host.Loads}"));
        }

        var spaces = new TextTable("NAMESPACE", "RUNS", "MEDIAN WAIT", "99 % WITHIN", "SLOWDOWN");
        foreach (var space in figures.Namespaces)
        {
            spaces.Add(LineLook.Plain, TryFormat.OneLine(space.Namespace, MostOfName), Number($"{space.Runs}"), Time(space.Waits.Median), Time(space.Waits.P99), Number($"{space.Slowdown:0.0}"));
        }

        foreach (var line in hosts.Lines().Append(new EndLine("")).Concat(spaces.Lines()).Concat(Quotas(figures)).Concat(NotRun(result.NotRun)))
        {
            yield return line;
        }
    }

    private static IEnumerable<EndLine> Quotas(SimulationFigures figures)
    {
        if (figures.Quotas.IsEmpty)
        {
            return [];
        }

        var table = new TextTable("QUEUE", "RUNS", "WAITED FOR QUOTA", "MEDIAN", "LONGEST", "NEVER RAN FOR IT");
        foreach (var queue in figures.Quotas)
        {
            table.Add(
                queue.NeverRan == 0 ? LineLook.Plain : LineLook.Bad,
                TryFormat.OneLine(queue.Queue is null ? queue.Namespace : $"{queue.Namespace}/{queue.Queue}", MostOfName),
                Number($"{queue.Runs}"),
                Number($"{queue.Held}"),
                Time(queue.Waits.Median),
                Time(queue.Waits.Longest),
                Number($"{queue.NeverRan}"));
        }

        return [new EndLine(""), .. table.Lines()];
    }

    private static IEnumerable<EndLine> NotRun(IReadOnlyList<TaskForecast> tasks)
    {
        if (tasks.Count == 0)
        {
            return [];
        }

        return
        [
            new EndLine(""),
            .. tasks.Take(MostNotRun).Select(t => new EndLine($"never ran: {TryFormat.OneLine($"{ObjectKey.Of(t.Task)}: {t.Reason}", 400)}: {TryFormat.OneLine(t.Message, 400)}", LineLook.Bad)),
            .. tasks.Count > MostNotRun ? [new EndLine(Number($"and {tasks.Count - MostNotRun} more never ran: all of them with -o json"), LineLook.Bad)] : Array.Empty<EndLine>(),
        ];
    }

    /// <summary>For programs; times in seconds.</summary>
    public static JsonObject Json(SimulationResult result, SimulationFigures figures) => new()
    {
        ["runs"] = result.Runs.Count,
        ["makespanSeconds"] = Seconds(figures.Makespan),
        ["waits"] = Json(figures.Waits),
        ["fairness"] = Math.Round(figures.Fairness, 4),
        ["hosts"] = new JsonArray([.. figures.Hosts.Select(h => (JsonNode)new JsonObject { ["node"] = h.Node, ["runs"] = h.Runs, ["busy"] = Math.Round(h.Busy, 4), ["modelsLoaded"] = h.Loads })]),
        ["namespaces"] = new JsonArray([.. figures.Namespaces.Select(s => (JsonNode)new JsonObject { ["namespace"] = s.Namespace, ["runs"] = s.Runs, ["waits"] = Json(s.Waits), ["slowdown"] = Math.Round(s.Slowdown, 4) })]),
        ["quotas"] = new JsonArray([.. figures.Quotas.Select(q => (JsonNode)new JsonObject { ["namespace"] = q.Namespace, ["queue"] = q.Queue, ["runs"] = q.Runs, ["waited"] = q.Held, ["waits"] = Json(q.Waits), ["neverRan"] = q.NeverRan })]),
        ["neverRan"] = new JsonArray([.. result.NotRun.Select(t => (JsonNode)new JsonObject { ["task"] = t.Task.Name(), ["namespace"] = t.Task.Namespace(), ["reason"] = t.Reason, ["message"] = t.Message })]),
    };

    private static JsonObject Json(WaitFigures waits) => new()
    {
        ["medianSeconds"] = Seconds(waits.Median),
        ["p90Seconds"] = Seconds(waits.P90),
        ["p99Seconds"] = Seconds(waits.P99),
        ["longestSeconds"] = Seconds(waits.Longest),
    };

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    /// <summary>A number of things.</summary>
    public static string Many(int count, string thing) => Many(count, thing, thing + "s");

    /// <summary>A number of things whose plural has another ending.</summary>
    public static string Many(int count, string thing, string things) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? thing : things)}");

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => time switch
    {
        _ when time < TimeSpan.FromMinutes(2) => Number($"{time.TotalSeconds:0.#} s"),
        _ when time < TimeSpan.FromHours(2) => Number($"{time.TotalMinutes:0.#} min"),
        _ => Number($"{time.TotalHours:0.#} h"),
    };
}
