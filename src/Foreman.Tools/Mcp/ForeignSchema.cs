using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Tools.Mcp;

/// <summary>The schema of a server's tool, bounded and made fit for model servers. Pure.</summary>
internal static class ForeignSchema
{
    /// <summary>The largest schema, in bytes.</summary>
    internal const int MaxBytes = 16 << 10;

    /// <summary>The most objects and lists within one another.</summary>
    internal const int MaxDepth = 24;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Grammars of model servers fail on expressions and formats that they don't know, and the rest says nothing to a model.
    private static readonly string[] NotShown = ["$schema", "$id", "$comment", "$anchor", "pattern", "format", "patternProperties", "contentEncoding", "contentMediaType", "x-mcp-header"];

    // What stands below these names are properties by their own names, or values: not words of a schema.
    private static readonly string[] Maps = ["properties", "$defs", "definitions"];
    private static readonly string[] Values = ["default", "const", "enum", "examples"];

    /// <summary>Checks a schema and gives what the model is shown of it.</summary>
    /// <param name="schema">As the server sent it.</param>
    /// <returns>The text, or why it can't be used.</returns>
    internal static (string? Shown, string? Refusal) Read(JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return (null, "its schema is no object");
        }

        if (Encoding.UTF8.GetByteCount(schema.GetRawText()) > MaxBytes)
        {
            return (null, $"its schema is larger than {MaxBytes} bytes");
        }

        if (!IsShallow(schema, MaxDepth))
        {
            return (null, $"its schema is nested deeper than {MaxDepth} levels");
        }

        if (schema.TryGetProperty("type", out var type) && !type.ValueEquals("object"))
        {
            return (null, "its arguments are no object");
        }

        if (HasOddName(schema))
        {
            return (null, "its schema has names that are longer than 200 characters or could steer a terminal");
        }

        if (RefersElsewhere(schema))
        {
            return (null, "its schema refers to another document");
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            WriteRoot(json, schema);
        }

        return (Encoding.UTF8.GetString(buffer.WrittenSpan), null);
    }

    private static bool IsShallow(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Object => levels > 0 && value.EnumerateObject().All(p => IsShallow(p.Value, levels - 1)),
        JsonValueKind.Array => levels > 0 && value.EnumerateArray().All(v => IsShallow(v, levels - 1)),
        _ => true,
    };

    private static bool HasOddName(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(p => p.Name.Length > 200 || p.Name.Any(SteeringCharacters.Contains) || HasOddName(p.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(HasOddName),
        _ => false,
    };

    private static bool RefersElsewhere(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(p =>
            (p.Name is "$ref" or "$dynamicRef" && p.Value.ValueKind is JsonValueKind.String && !p.Value.GetString()!.StartsWith('#')) || RefersElsewhere(p.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(RefersElsewhere),
        _ => false,
    };

    // Model servers ask for both members, also of a tool without arguments.
    private static void WriteRoot(Utf8JsonWriter json, JsonElement schema)
    {
        json.WriteStartObject();
        json.WriteString("type", "object");
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind is not JsonValueKind.Object)
        {
            json.WriteStartObject("properties");
            json.WriteEndObject();
        }

        WriteMembers(json, schema, exceptType: true);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, JsonElement schema, bool exceptType)
    {
        foreach (var member in schema.EnumerateObject())
        {
            if (NotShown.Contains(member.Name) || (exceptType && (member.Name is "type" || (member.Name is "properties" && member.Value.ValueKind is not JsonValueKind.Object))))
            {
                continue;
            }

            json.WritePropertyName(member.Name);
            if (Maps.Contains(member.Name) && member.Value.ValueKind is JsonValueKind.Object)
            {
                json.WriteStartObject();
                foreach (var named in member.Value.EnumerateObject())
                {
                    json.WritePropertyName(named.Name);
                    Write(json, named.Value, isSchema: true);
                }

                json.WriteEndObject();
            }
            else
            {
                Write(json, member.Value, isSchema: !Values.Contains(member.Name));
            }
        }
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, bool isSchema)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when isSchema:
                json.WriteStartObject();
                WriteMembers(json, value, exceptType: false);
                json.WriteEndObject();
                break;

            case JsonValueKind.Array when isSchema:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item, isSchema: true);
                }

                json.WriteEndArray();
                break;

            case JsonValueKind.String when isSchema:
                json.WriteStringValue(Printable.Text(value.GetString()!));
                break;

            default:
                value.WriteTo(json);
                break;
        }
    }
}
