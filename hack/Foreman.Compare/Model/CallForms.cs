using System.Text.Json.Nodes;

namespace Foreman.Compare.Model;

/// <summary>The forms in which models write their calls.</summary>
internal static class CallForms
{
    /// <summary>Forms of calls as text.</summary>
    internal const int Texts = 5;

    /// <summary>A call as text.</summary>
    /// <param name="form">0 to 4: Hermes' tags, a fenced block, bare JSON, a bracket list, function tags.</param>
    /// <param name="name">The tool.</param>
    /// <param name="arguments">A JSON object, or what was meant to be one.</param>
    internal static string Text(int form, string name, string arguments) => (form, Parsed(arguments)) switch
    {
        (3, { } values) => $"[{name}({string.Join(", ", values.Select(v => $"{v.Key}={Python(v.Value)}"))})]",
        (4, { } values) => $"<function={name}>\n{string.Concat(values.Select(v => $"<parameter={v.Key}>\n{(v.Value is JsonValue s && s.TryGetValue<string>(out var text) ? text : (v.Value is null ? "null" : ModelJson.Of(v.Value)))}\n</parameter>\n"))}</function>",
        (1, _) => $"I will call the tool.\n```json\n{Json(name, arguments)}\n```",
        (2, _) => Json(name, arguments),
        _ => $"<tool_call>\n{Json(name, arguments)}\n</tool_call>",
    };

    /// <summary>The arguments in a form that their schema does not have and from which no sense is lost.</summary>
    internal static string Odd(string name, JsonObject arguments, double drawn)
    {
        if (drawn < 0.35)
        {
            return ModelJson.Of(new JsonObject { ["arguments"] = arguments.DeepClone() });
        }

        if (drawn < 0.6)
        {
            return ModelJson.Of(JsonValue.Create(ModelJson.Of(arguments))!);
        }

        var odd = (JsonObject)arguments.DeepClone();
        (string Key, string Value)? extra = name switch
        {
            "str_replace" => ("expected_replacements", "1"),
            "read_file" => ("offset", "1"),
            "list_files" => ("recursive", "true"),
            "write_file" => ("append", odd.ContainsKey("append") ? "true" : "false"),
            _ => null,
        };
        if (extra is not { } more)
        {
            return ModelJson.Of(new JsonObject { ["name"] = name, ["arguments"] = odd });
        }

        odd[more.Key] = more.Value;
        return ModelJson.Of(odd);
    }

    /// <summary>The arguments as no JSON: a comma too many, single quotes, or no end.</summary>
    internal static string Broken(JsonObject arguments, double drawn)
    {
        var json = ModelJson.Of(arguments);
        return drawn < 0.4 ? json[..^1] + ",}"
            : drawn < 0.7 ? json.Replace("\":", "':", StringComparison.Ordinal)
            : json[..^1];
    }

    private static string Json(string name, string arguments) => $$"""{"name": "{{name}}", "arguments": {{arguments}}}""";

    private static string Python(JsonNode? value) => value is JsonValue flag && flag.TryGetValue<bool>(out var on) ? (on ? "True" : "False") : value is null ? "None" : ModelJson.Of(value);

    private static JsonObject? Parsed(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
