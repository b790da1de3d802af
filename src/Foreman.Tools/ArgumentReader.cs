using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Tools;

/// <summary>
/// Reads the arguments of a call as the model or its server wrote them and makes of them what the tool's schema says. This
/// is the only place where arguments change their type; what it returns goes into the history and to the tool.
/// </summary>
public static class ArgumentReader
{
    private static readonly ForeignJsonLimits Limits = new() { MaxBytes = 16 << 20 };
    private static readonly string[] Wrappers = ["arguments", "parameters"];

    /// <summary>Reads the arguments of one call.</summary>
    /// <param name="tool">The tool that is called.</param>
    /// <param name="text">As it came; empty means none.</param>
    public static CallArguments Read(ToolDefinition tool, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new CallArguments(CallArguments.None, null);
        }

        try
        {
            var schema = JsonElement.Parse(tool.Parameters);
            var root = Unwrapped(ForeignJson.Parse(text, Limits), schema);
            return root.ValueKind is JsonValueKind.Object
                ? new CallArguments(ArgumentCoercion.Coerce(root, schema) ?? root.GetRawText(), null)
                : new CallArguments(CallArguments.None, "another kind of JSON");
        }
        catch (ForeignTextException e)
        {
            return new CallArguments(CallArguments.None, Printable.Line(e.Message, 120));
        }
    }

    /// <summary>Reads the arguments of one call without mending anything.</summary>
    /// <param name="text">As it came.</param>
    public static CallArguments ReadAsItStands(string text) => ForeignJson.ParseOrNull(text, Limits) switch
    {
        { ValueKind: JsonValueKind.Object } root => new CallArguments(root.GetRawText(), null),
        null => new CallArguments(CallArguments.None, "no valid JSON"),
        _ => new CallArguments(CallArguments.None, "another kind of JSON"),
    };

    /// <summary>The object that is meant: servers encode it twice, put it into a list, or wrap it in the call's own fields.</summary>
    private static JsonElement Unwrapped(JsonElement root, JsonElement schema)
    {
        root = root.ValueKind switch
        {
            JsonValueKind.Null => JsonElement.Parse(CallArguments.None),
            JsonValueKind.String => string.IsNullOrWhiteSpace(root.GetString()) ? JsonElement.Parse(CallArguments.None) : Inner(root) ?? root,
            JsonValueKind.Array when root.GetArrayLength() == 1 => root[0],
            _ => root,
        };
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return root;
        }

        var names = root.EnumerateObject().Select(p => p.Name).ToList();
        var wrapper = names.Count == 1 || (names.Count == 2 && names.Contains("name")) ? names.Find(Wrappers.Contains) : null;
        return wrapper is null || ArgumentCoercion.Property(schema, wrapper) is not null ? root
            : root.GetProperty(wrapper) is { ValueKind: JsonValueKind.Object } inner ? inner
            : Inner(root.GetProperty(wrapper)) ?? root;
    }

    /// <summary>The object in a JSON text, once.</summary>
    private static JsonElement? Inner(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && ForeignJson.ParseOrNull(value.GetString()!, Limits) is { ValueKind: JsonValueKind.Object } inner ? inner : null;
}

/// <summary>Arguments of a call, read.</summary>
/// <param name="Json">A JSON object, valid and without repeated names.</param>
/// <param name="Problem">Why the text was none, for the model; null when it was read.</param>
public sealed record CallArguments(string Json, string? Problem)
{
    /// <summary>No arguments.</summary>
    public const string None = "{}";
}
