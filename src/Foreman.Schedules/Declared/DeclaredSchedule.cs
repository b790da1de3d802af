using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;
using Foreman.Primitives;

namespace Foreman.Schedules;

/// <summary>Reads one declared TaskSchedule strictly. Pure.</summary>
internal static class DeclaredSchedule
{
    // Each field that is of another type is taken out to find the next one.
    private const int MostTypeFaults = 20;

    private static readonly string[] Metadata = ["name", "namespace", "labels", "annotations"];

    /// <summary>A schedule.</summary>
    /// <param name="document">As it stands in the file.</param>
    /// <param name="number">Its place in the file, from 1.</param>
    /// <param name="defaultNamespace">Its namespace when it names none.</param>
    /// <param name="faults">Gets everything that its text shows to be wrong; what it means is checked later.</param>
    /// <returns>Null when it can't be read at all.</returns>
    public static TaskSchedule? Read(JsonNode? document, int number, string defaultNamespace, List<string> faults)
    {
        if (document?.DeepClone() is not JsonObject json)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"document {number}: it is no object"));
            return null;
        }

        var where = string.Create(CultureInfo.InvariantCulture, $"document {number}{NameOf(json)}");
        if (Text(json["apiVersion"]) != TaskSchedule.Type.ApiVersion || Text(json["kind"]) != TaskSchedule.Type.Kind)
        {
            faults.Add($"{where}: apiVersion and kind are {TaskSchedule.Type.ApiVersion} and {TaskSchedule.Type.Kind} in this file");
            return null;
        }

        if (json.Remove("status"))
        {
            faults.Add($"{where}: status: it can't be declared; leave it out");
        }

        foreach (var key in (json["metadata"] as JsonObject)?.Select(f => f.Key).Except(Metadata, StringComparer.Ordinal).ToArray() ?? [])
        {
            faults.Add($"{where}: metadata.{Printable.Line(key, 100)}: it can't be declared; leave it out");
        }

        if (Typed(json, where, faults) is not { } schedule)
        {
            return null;
        }

        faults.AddRange(UnknownFields.Of(JsonElement.Parse(json.ToJsonString()), JsonSerializer.SerializeToElement(schedule, TaskSchedule.TypeInfo))
            .Where(path => !path.StartsWith("metadata.", StringComparison.Ordinal))
            .Select(path => $"{where}: {Printable.Line(path, 200)}: there is no such field"));
        return schedule with { Metadata = schedule.Metadata with { NamespaceProperty = schedule.Namespace() ?? defaultNamespace } };
    }

    private static TaskSchedule? Typed(JsonObject json, string where, List<string> faults)
    {
        for (var i = 0; i < MostTypeFaults; i++)
        {
            try
            {
                return json.Deserialize(TaskSchedule.TypeInfo);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
            {
                var path = (e as JsonException)?.Path is { Length: > 2 } at ? at[2..] : "";
                faults.Add($"{where}: {Printable.Line(path, 200)}{(path.Length > 0 ? ": " : "")}it is not of the type that is wanted here");
                if (!Remove(json, path.Split('.')))
                {
                    return null;
                }
            }
        }

        return null;
    }

    // The first level is never taken out: nothing would be left to look at.
    private static bool Remove(JsonObject json, string[] path)
    {
        JsonNode? parent = json;
        foreach (var (index, part) in path.Index())
        {
            var list = part.IndexOf('[', StringComparison.Ordinal);
            var name = list < 0 ? part : part[..list];
            if (index > 0 && (list >= 0 || index == path.Length - 1))
            {
                return (parent as JsonObject)?.Remove(name) == true;
            }

            parent = (parent as JsonObject)?[name];
        }

        return false;
    }

    private static string NameOf(JsonObject json) => Text((json["metadata"] as JsonObject)?["name"]) is { Length: > 0 } name ? $" ({Printable.Line(name, 80)})" : "";

    private static string? Text(JsonNode? node) => ResultFields.Text(node);
}
