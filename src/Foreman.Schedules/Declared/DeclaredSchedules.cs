using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using YamlDotNet.Core;

namespace Foreman.Schedules;

/// <summary>What was read of a file of schedules.</summary>
/// <param name="Schedules">The schedules, each of source yaml; none when there are faults.</param>
/// <param name="Faults">A sentence without its full stop for each fault; empty for a good file.</param>
internal sealed record DeclaredReading(IReadOnlyList<TaskSchedule> Schedules, IReadOnlyList<string> Faults);

/// <summary>Reads TaskSchedules from a file, as they would be applied to a cluster: YAML or JSON, several documents, lists too.</summary>
public static class DeclaredSchedules
{
    private const int MaxBytes = 4 << 20;

    /// <summary>The schedules of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="defaultNamespace">Namespace of those that name none.</param>
    /// <exception cref="ScheduleException">It can't be read, or something in it is wrong: the message tells all of it, a line each.</exception>
    public static IReadOnlyList<TaskSchedule> Load(string path, string defaultNamespace)
    {
        BoundedText text;
        try
        {
            text = BoundedText.ReadFileOrThrow(path, MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ScheduleException($"{Printable.Line(path)} can't be read: {e.Message}", e);
        }

        if (text.Truncated)
        {
            throw new ScheduleException($"{Printable.Line(path)} is larger than {MaxBytes >> 20} MiB");
        }

        var reading = Read(text.Text, defaultNamespace);
        return reading.Faults.Count == 0 ? reading.Schedules : throw new ScheduleException(string.Join('\n', reading.Faults.Select(f => $"{Printable.Line(path)}: {f}")));
    }

    /// <summary>The schedules of a text. Pure.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="defaultNamespace">Namespace of those that name none.</param>
    internal static DeclaredReading Read(string text, string defaultNamespace)
    {
        IReadOnlyList<JsonObject> documents;
        try
        {
            documents = YamlToJson.ConvertAll(text);
        }
        catch (YamlException e)
        {
            return new([], [$"it is no YAML: {Printable.Line(e.Message, 500)}"]);
        }

        var faults = new List<string>();
        var schedules = documents.SelectMany(Items).Index().Select(d => DeclaredSchedule.Read(d.Item, d.Index + 1, defaultNamespace, faults)).OfType<TaskSchedule>().ToImmutableArray();
        faults.AddRange(DeclaredRules.Faults(schedules));
        return faults.Count == 0 ? new([.. schedules.Select(s => ScheduleSource.With(s, ScheduleSource.Yaml))], []) : new([], faults);
    }

    private static IEnumerable<JsonNode?> Items(JsonObject document) =>
        document["kind"] is JsonValue value && value.TryGetValue<string>(out var kind) && kind is "List" or "TaskScheduleList" && document["items"] is JsonArray items
            ? items.AsEnumerable()
            : [document];
}
