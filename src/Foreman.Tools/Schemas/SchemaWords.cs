using System.Globalization;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Tools.Schemas;

/// <summary>Reads parts of a JSON Schema and says them in words. Pure; everything it says is printable and short.</summary>
internal static class SchemaWords
{
    private const int MaxShown = 60;

    /// <summary>What a value of this schema is, in words.</summary>
    /// <param name="schema">Any value; what is no schema is any value.</param>
    internal static string Expected(JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return "any value";
        }

        if (schema.TryGetProperty("const", out var only))
        {
            return Shown(only);
        }

        if (List(schema, "enum") is { Count: > 0 } allowed)
        {
            return $"one of {string.Join(", ", allowed.Take(12).Select(Shown))}{(allowed.Count > 12 ? ", …" : "")}";
        }

        var types = Types(schema);
        var words = types.Count == 0 ? "any value" : string.Join(" or ", types.Select(t => t switch
        {
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "true or false",
            "array" => "a list",
            "object" => "an object",
            "string" => "a string",
            _ => Printable.Line(t, 20),
        }));
        var range = types.Contains("integer") || types.Contains("number") ? Range(Bound(schema, "minimum"), Bound(schema, "maximum")) : "";
        var about = schema.TryGetProperty("description", out var d) && d.ValueKind is JsonValueKind.String ? $" ({Printable.Line(d.GetString()!, 80)})" : "";
        return $"{words}{(range.Length > 0 ? " " + range : "")}{about}";
    }

    /// <summary>Bounds in words; empty when there are none.</summary>
    internal static string Range(decimal? low, decimal? high) => (low, high) switch
    {
        ({ } l, { } h) => string.Create(CultureInfo.InvariantCulture, $"from {l} to {h}"),
        ({ } l, null) => string.Create(CultureInfo.InvariantCulture, $"{l} or more"),
        (null, { } h) => string.Create(CultureInfo.InvariantCulture, $"{h} or less"),
        _ => "",
    };

    /// <summary>An example of a value of this schema, as JSON: what it must have and no more.</summary>
    /// <param name="root">The whole schema.</param>
    /// <param name="schema">The part of it.</param>
    /// <param name="depth">How deep the example already is.</param>
    internal static string Example(JsonElement root, JsonElement schema, int depth = 0)
    {
        if (schema.ValueKind is not JsonValueKind.Object || depth > 4)
        {
            return "\"…\"";
        }

        if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind is JsonValueKind.String && Resolve(root, reference.GetString()!) is { } target)
        {
            return Example(root, target, depth + 1);
        }

        if (Given(schema) is { } given)
        {
            return given;
        }

        var forms = List(schema, "anyOf") ?? List(schema, "oneOf") ?? [];
        if (forms.Count > 0)
        {
            return Example(root, forms[0], depth + 1);
        }

        return (Types(schema) is [var type, ..] ? type : schema.TryGetProperty("properties", out _) ? "object" : "string") switch
        {
            "integer" or "number" => (Bound(schema, "minimum") ?? 1).ToString(CultureInfo.InvariantCulture),
            "boolean" => "true",
            "null" => "null",
            "array" => schema.TryGetProperty("items", out var items) ? $"[{Example(root, items, depth + 1)}]" : "[]",
            "object" => $"{{{string.Join(',', Required(schema).Take(12).Select(name => $"{Quoted(name)}:{Example(root, Property(schema, name), depth + 1)}"))}}}",
            _ => "\"text\"",
        };
    }

    /// <summary>What stands in the schema as a value: the only one, the first of a list, a default or an example.</summary>
    private static string? Given(JsonElement schema)
    {
        var given = schema.TryGetProperty("const", out var only) ? only
            : List(schema, "enum") is { Count: > 0 } allowed ? allowed[0]
            : schema.TryGetProperty("default", out var value) ? value
            : List(schema, "examples") is { Count: > 0 } examples ? examples[0]
            : default;
        return given.ValueKind is JsonValueKind.Undefined || given.GetRawText().Length > 200 ? null : Printable.Line(given.GetRawText(), 200);
    }

    /// <summary>What a name that the schema does not have is answered with.</summary>
    internal static string Unknown(string path, string name, JsonElement known)
    {
        var names = known.ValueKind is JsonValueKind.Object ? known.EnumerateObject().Select(p => p.Name).ToList() : [];
        var near = names.OrderBy(n => Distance(n, name)).FirstOrDefault(n => Distance(n, name) <= Math.Max(1, Math.Min(name.Length, n.Length) / 3));
        var hint = near is null ? "" : $"; did you mean `{Printable.Line(near, MaxShown)}`?";
        var takes = names.Count == 0 ? "there it takes none" : $"there it takes {string.Join(", ", names.Take(20).Select(n => Printable.Line(n, MaxShown)))}";
        return $"{Named(Join(path, name))} does not exist{hint} ({takes})";
    }

    /// <summary>An argument by its path, in words.</summary>
    internal static string Named(string path) => path.Length == 0 ? "the arguments" : $"argument `{Printable.Line(path, 120)}`";

    internal static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    internal static string Shown(JsonElement value) => Printable.Line(value.GetRawText(), MaxShown);

    internal static string Shown(string text) => $"\"{Printable.Line(text, MaxShown)}\"";

    internal static IReadOnlyList<string> Types(JsonElement schema) =>
        schema.ValueKind is not JsonValueKind.Object || !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind is JsonValueKind.String ? [type.GetString()!]
        : type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Where(t => t.ValueKind is JsonValueKind.String).Select(t => t.GetString()!)]
        : [];

    internal static IReadOnlyList<string> Required(JsonElement schema) =>
        [.. (List(schema, "required") ?? []).Where(r => r.ValueKind is JsonValueKind.String).Select(r => r.GetString()!)];

    internal static IReadOnlyList<JsonElement>? List(JsonElement schema, string name) =>
        schema.ValueKind is JsonValueKind.Object && schema.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray()] : null;

    /// <summary>What a reference within the document names; null when it names nothing there.</summary>
    internal static JsonElement? Resolve(JsonElement root, string reference)
    {
        if (reference is "#")
        {
            return root;
        }

        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        var here = root;
        foreach (var part in reference[2..].Split('/'))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (here.ValueKind is JsonValueKind.Object && here.TryGetProperty(name, out var member))
            {
                here = member;
            }
            else if (here.ValueKind is JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < here.GetArrayLength())
            {
                here = here[index];
            }
            else
            {
                return null;
            }
        }

        return here;
    }

    private static JsonElement Property(JsonElement schema, string name) =>
        schema.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object && properties.TryGetProperty(name, out var property) ? property : default;

    private static decimal? Bound(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var bound) && bound.ValueKind is JsonValueKind.Number && bound.TryGetDecimal(out var number) ? number : null;

    private static string Quoted(string name) => $"\"{JsonEncodedText.Encode(name)}\"";

    /// <summary>Levenshtein's distance, whatever the case; names longer than 64 characters are near to nothing.</summary>
    internal static int Distance(string a, string b)
    {
        if (a.Length > 64 || b.Length > 64)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (same ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
