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
/// The tasks of a simulation, one JSON object a line: <c>at</c> and <c>runs</c> in seconds, <c>speed</c> in tokens per second, and <c>task</c> with
/// metadata and spec of an AgenticTask. Pure.
/// </summary>
internal static class TraceFile
{
    /// <summary>Most bytes of a file.</summary>
    public const int MaxBytes = 256 << 20;

    private const double MostSeconds = 3.2e9;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads the tasks.</summary>
    /// <param name="text">The file.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <exception cref="ExitException">A line is no task, or a name stands there twice.</exception>
    public static IReadOnlyList<SimulatedTask> Parse(string text, string source)
    {
        var tasks = new List<SimulatedTask>();
        var names = new HashSet<ObjectKey>();
        foreach (var (index, line) in text.Split('\n').Index())
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var where = string.Create(CultureInfo.InvariantCulture, $"{source}, line {index + 1}");
            var task = Line(line, where);
            tasks.Add(names.Add(ObjectKey.Of(task.Task)) ? task : throw Wrong(where, $"task {ObjectKey.Of(task.Task)} stands there twice"));
        }

        // What is not in the file can't end.
        return [.. tasks.Select(t => t.Task.Spec.DependsOn is not { Count: > 0 } all ? t : t with { Task = Depending(t.Task, [.. all.Where(n => names.Contains(new(t.Task.Namespace(), n)))]) })];
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

        line["task"] = new JsonObject { ["metadata"] = manifest["metadata"]!.DeepClone(), ["spec"] = manifest["spec"]!.DeepClone() };
        return line.ToJsonString(Relaxed);
    }

    private static SimulatedTask Line(string line, string where)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(line) as JsonObject ?? throw Wrong(where, "it is no JSON object");
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

        return new(
            Seconds(json, "at", where),
            task with { Metadata = task.Metadata with { NamespaceProperty = task.Namespace() ?? "default" } },
            Seconds(json, "runs", where),
            json["speed"] is null ? null : (int)Math.Min(int.MaxValue, Number(json, "speed", where)));
    }

    private static AgenticTask Depending(AgenticTask task, IReadOnlyList<string> names) => task with { Spec = task.Spec with { DependsOn = names } };

    private static TimeSpan Seconds(JsonObject json, string name, string where) => TimeSpan.FromSeconds(Number(json, name, where));

    private static double Number(JsonObject json, string name, string where) =>
        json[name] is JsonValue value && value.TryGetValue<double>(out var number) && number is >= 0 and <= MostSeconds ? number : throw Wrong(where, $"{name} is no number from 0 on");

    private static ExitException Wrong(string where, string what) => new(ExitCodes.Usage, $"{where}: {what}");
}
