using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;

namespace Foreman.DevCluster.Tables;

/// <summary>Reads the cells of one column; made once per definition, so that paths are parsed once.</summary>
internal sealed class TableCells
{
    private readonly PrinterColumn _column;
    private readonly JsonPath[] _paths;

    public TableCells(PrinterColumn column)
    {
        _column = column;
        _paths = column.Path.StartsWith('.') ? [.. column.Path.Split('|').Select(Parse)] : [];
    }

    public JsonNode? Read(JsonObject root, DateTimeOffset now)
    {
        if (_column.Path.StartsWith('#'))
        {
            return Count(root, _column.Path[1..].Split('+'));
        }

        if (_column.Path.StartsWith('@'))
        {
            return Reference(root.Object(_column.Path[1..]));
        }

        if (_column.Path.StartsWith('+'))
        {
            return string.Join(", ", _column.Path[1..].Split('+').Select(path => Text(root, path)).Where(text => text.Length > 0));
        }

        var value = _paths.Select(path => path.Find(root) is [var first, ..] ? first : null).FirstOrDefault(found => found is not null);
        return value is null ? null : Show(value, now);
    }

    /// <summary>An invalid path gives an empty cell, as in the API server.</summary>
    private static JsonPath Parse(string text)
    {
        try
        {
            return JsonPath.Parse(text);
        }
        catch (FormatException)
        {
            return JsonPath.Parse(".unreadable-path");
        }
    }

    private JsonNode? Show(JsonNode value, DateTimeOffset now) => _column.Type switch
    {
        "date" => HumanAge.Of(JsonTree.AsText(value), now),
        "integer" => JsonTree.AsNumber(value) is { } number ? JsonValue.Create((long)number) : null,
        "number" => JsonTree.AsNumber(value) is { } number ? JsonValue.Create(number) : null,
        "boolean" => JsonTree.AsBoolean(value) is { } flag ? JsonValue.Create(flag) : null,
        _ => JsonTree.AsText(value)?.Trim() ?? JsonTree.ToText(value),
    };

    private static string Text(JsonObject root, string path) =>
        JsonTree.AsText(path.Split('.').Aggregate((JsonNode?)root, (node, step) => (node as JsonObject)?[step])) ?? "";

    private static JsonValue Count(JsonObject root, string[] fields) => JsonValue.Create((long)fields.Sum(field => root[field] switch
    {
        JsonObject map => map.Count,
        JsonArray list => list.Count,
        _ => 0,
    }));

#pragma warning disable CA1308 // kubectl shows kinds in lower case here.
    private static JsonValue Reference(JsonObject? reference) =>
        JsonValue.Create($"{(reference.Text("kind") ?? "").ToLowerInvariant()}/{reference.Text("name")}");
#pragma warning restore CA1308
}
