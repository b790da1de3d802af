using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Inspect;
using Foreman.Primitives;
using Foreman.Scheduling;

namespace Foreman.Operator.Simulate;

/// <summary>
/// The tasks of a simulation, one JSON object a line: <c>at</c>, <c>runs</c> and <c>queuedAt</c> in seconds, <c>speed</c> in tokens per second, <c>tokens</c> that
/// the run uses and <c>cached</c> of them, and <c>task</c> with metadata and spec of an AgenticTask. Pure.
/// </summary>
/// <param name="source">What the file is called in messages.</param>
internal sealed class TraceFile(string source)
{
    /// <summary>Most tasks of a file.</summary>
    public const int MaxTasks = 1_000_000;

    /// <summary>The longest run, in seconds: a year.</summary>
    public const double MostRuns = 366 * 86400.0;

    /// <summary>The latest arrival, in seconds from the start: the time that a simulation plays.</summary>
    public static readonly double MostAt = FleetSimulation.Longest.TotalSeconds;

    /// <summary>Most tokens of a run: as many as a quota may have.</summary>
    public const long MostTokens = 1L << 40;

    private const double MostSpeed = 1e9;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<SimulatedTask> _tasks = [];
    private readonly HashSet<ObjectKey> _names = [];
    private int _lines;

    /// <summary>The tasks that were read.</summary>
    public IReadOnlyList<SimulatedTask> Tasks => _tasks;

    /// <summary>Reads the tasks of a text.</summary>
    /// <param name="text">The file.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <exception cref="ExitException">A line is no task, or a name stands there twice.</exception>
    public static IReadOnlyList<SimulatedTask> Parse(string text, string source)
    {
        var file = new TraceFile(source);
        foreach (var line in text.Split('\n'))
        {
            file.Add(line);
        }

        return file.Tasks;
    }

    /// <summary>Reads the next line.</summary>
    /// <exception cref="ExitException">It is no task, its name was there before, or there are too many.</exception>
    public void Add(string line)
    {
        _lines++;
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        var where = string.Create(CultureInfo.InvariantCulture, $"{source}, line {_lines}");
        if (_tasks.Count == MaxTasks)
        {
            throw Wrong(where, string.Create(CultureInfo.InvariantCulture, $"there are more than {MaxTasks} tasks"));
        }

        var task = Line(line, where);
        _tasks.Add(_names.Add(ObjectKey.Of(task.Task)) ? task : throw Wrong(where, Printable.Line($"task {ObjectKey.Of(task.Task)} stands there twice", 400)));
    }

    /// <summary>The line of a task.</summary>
    public static string Line(SimulatedTask task)
    {
        var manifest = (JsonObject)JsonSerializer.SerializeToNode(task.Task, AgenticTask.TypeInfo)!;
        var line = new JsonObject { ["at"] = Math.Round(task.At.TotalSeconds, 3), ["runs"] = Math.Round(task.Runs.TotalSeconds, 3) };
        if (task.Speed is { } speed)
        {
            line["speed"] = speed;
        }

        if (task.QueuedAt is { } queued)
        {
            line["queuedAt"] = Math.Round(queued.TotalSeconds, 3);
        }

        if (task.Tokens is { All: > 0 } tokens)
        {
            line["tokens"] = tokens.All;
            line["cached"] = tokens.Cached;
        }

        line["task"] = new JsonObject { ["metadata"] = manifest["metadata"]!.DeepClone(), ["spec"] = manifest["spec"]!.DeepClone() };
        return line.ToJsonString(Relaxed);
    }

    private static SimulatedTask Line(string line, string where)
    {
        JsonObject json;
        try
        {
            json = LineFile.Object(line);
        }
        catch (JsonException e)
        {
            throw Wrong(where, Printable.Line(e.Message));
        }

        var task = ManifestFile.As<AgenticTask>(json["task"] as JsonObject ?? throw Wrong(where, "task is missing"), where);
        if (task.Name().Length == 0)
        {
            throw Wrong(where, "task.metadata.name is missing");
        }

        var tokens = Tokens(json, "tokens", where, MostTokens);
        return new(
            TimeSpan.FromSeconds(Number(json, "at", where, 0, MostAt)),
            task with { Metadata = task.Metadata with { NamespaceProperty = task.Namespace() ?? "default" } },
            TimeSpan.FromSeconds(Number(json, "runs", where, 0, MostRuns)),
            json["speed"] is null ? null : Number(json, "speed", where, 0, MostSpeed),
            json["queuedAt"] is null ? null : TimeSpan.FromSeconds(Number(json, "queuedAt", where, -MostAt, MostAt)))
        {
            Tokens = new(tokens, Tokens(json, "cached", where, tokens)),
        };
    }

    private static long Tokens(JsonObject json, string name, string where, long most) => json[name] is null ? 0 : (long)Number(json, name, where, 0, most);

    private static double Number(JsonObject json, string name, string where, double from, double to) =>
        json[name] is JsonValue value && value.TryGetValue<double>(out var number) && number >= from && number <= to
            ? number
            : throw Wrong(where, string.Create(CultureInfo.InvariantCulture, $"{name} is no number from {from} to {to}"));

    private static ExitException Wrong(string where, string what) => new(ExitCodes.Usage, $"{where}: {what}");
}
