using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Tools;

/// <summary>Reads the <c>extra</c> of a result that has fields of its own: models put them beside it as often as into it. Pure.</summary>
internal static class SubmittedExtra
{
    /// <summary>The result's <c>extra</c> with its fields in it; null when there is nothing.</summary>
    /// <param name="given">The arguments, which may have the fields.</param>
    /// <param name="arguments">The same as they came.</param>
    /// <param name="fields">Names of the fields.</param>
    /// <param name="list">The field that a list in the place of <c>extra</c> is; what is no object either is kept as a note.</param>
    /// <exception cref="ToolArgumentException">It is nested too deep.</exception>
    internal static JsonElement? Of(ToolArguments given, JsonElement arguments, IReadOnlyList<string> fields, string list)
    {
        var beside = fields.Where(f => Value(arguments, f) is not null).ToList();
        var extra = Value(arguments, "extra");
        if (beside.Count == 0 && extra is null or { ValueKind: JsonValueKind.Object })
        {
            return given.OptionalObject("extra");
        }

        var all = extra switch
        {
            { ValueKind: JsonValueKind.Object } => JsonNode.Parse(given.OptionalObject("extra")!.Value.GetRawText())!.AsObject(),
            { ValueKind: JsonValueKind.Array } items => new JsonObject { [list] = JsonNode.Parse(items.GetRawText()) },
            { } note => new JsonObject { ["note"] = JsonNode.Parse(note.GetRawText()) },
            null => [],
        };
        foreach (var field in beside.Where(f => all[f] is null))
        {
            all[field] = JsonNode.Parse(Value(arguments, field)!.Value.GetRawText());
        }

        // Read again as every extra is, for its depth.
        return new ToolArguments(KnownTools.SubmitResult, JsonElement.Parse(new JsonObject { ["extra"] = all }.ToJsonString()), "extra").OptionalObject("extra");
    }

    private static JsonElement? Value(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;
}
