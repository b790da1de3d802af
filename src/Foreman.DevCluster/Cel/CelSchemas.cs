using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Cel;

/// <summary>Types and values of what a schema describes, as rules in definitions see it.</summary>
internal static class CelSchemas
{
    private static readonly StructuralSchema Name = new() { Type = "string" };

    private static readonly StructuralSchema Metadata = new()
    {
        Type = "object",
        Properties = new Dictionary<string, StructuralSchema>(StringComparer.Ordinal) { ["name"] = Name, ["generateName"] = Name },
        Source = new JsonObject { ["type"] = "object" },
    };

    /// <summary>The schema of a whole object: rules see its kind, and of its metadata only the names.</summary>
    public static StructuralSchema Whole(StructuralSchema schema) => schema with
    {
        EmbeddedResource = false,
        Properties = new Dictionary<string, StructuralSchema>(schema.Properties, StringComparer.Ordinal) { ["apiVersion"] = Name, ["kind"] = Name, ["metadata"] = Metadata },
    };

    /// <summary>The type of a value; null when rules can't read it, for the schema does not say enough.</summary>
    public static CelType? TypeOf(StructuralSchema schema) => schema.IntOrString ? CelType.Dyn : schema.Type switch
    {
        "array" => schema.Items is { } items && TypeOf(items) is { } item ? CelType.ListOf(item) : null,
        "object" when schema.AdditionalProperties is { } additional => TypeOf(additional) is { } value ? CelType.MapOf(CelType.Text, value) : null,
        "object" => new CelObjectType(Seen(schema)),
        "string" => schema.Format switch
        {
            "byte" => CelType.Bytes,
            "duration" => CelType.Duration,
            "date" or "date-time" => CelType.Time,
            _ => CelType.Text,
        },
        "boolean" => CelType.Bool,
        "integer" => CelType.Int,
        "number" => CelType.Double,
        _ => null,
    };

    /// <summary>A value of JSON as rules see it; collections are looked at when they are used.</summary>
    public static CelValue ValueOf(JsonNode? node, StructuralSchema schema) => node switch
    {
        null => schema.Nullable ? CelNull.Value : new CelError("invalid data, got null for schema with nullable=false"),
        JsonObject when schema.Type is "object" && IsEmpty(schema) =>
            new CelError("invalid object type, expected either Properties or AdditionalProperties with Allows=true and non-empty Schema"),
        JsonObject map when schema.Type is "object" => new CelJsonMap(map, Seen(schema)),
        JsonArray list when schema.Type is "array" => new CelJsonList(list, schema),
        JsonValue value when schema.IntOrString || schema.Type is "string" or "boolean" or "integer" or "number" => Scalar(value, schema),
        _ => new CelUnread(node),
    };

    private static bool IsEmpty(StructuralSchema schema) =>
        schema is { Properties.Count: 0, AdditionalProperties: null, PreserveUnknownFields: false, EmbeddedResource: false };

    private static StructuralSchema Seen(StructuralSchema schema) => schema.EmbeddedResource ? Whole(schema) : schema;

    private static CelValue Scalar(JsonValue value, StructuralSchema schema)
    {
        if (JsonTree.AsText(value) is { } text)
        {
            return schema.IntOrString ? new CelText(text) : Text(text, schema.Format);
        }

        if (JsonTree.AsBoolean(value) is { } flag)
        {
            return CelBool.Of(flag);
        }

        if (JsonTree.AsNumber(value) is not { } number)
        {
            return new CelUnread(value);
        }

        if (schema.Type == "number" && !schema.IntOrString)
        {
            return new CelDouble(number);
        }

        // As there, 1.0 is no integer.
        return JsonTree.AsInteger(value) is { } whole ? new CelInt(whole) : new CelError("invalid data, expected int, got float64");
    }

    private static CelValue Text(string text, string format) => format switch
    {
        "byte" => Base64(text),
        "duration" => (CelValue?)CelTimes.ParseDuration(text) ?? new CelError($"Invalid duration {text}"),
        "date" => (CelValue?)CelTimes.ParseTime(text + "T00:00:00Z") ?? new CelError($"Invalid date formatted string {text}"),
        "date-time" => (CelValue?)CelTimes.ParseTime(text) ?? new CelError($"Invalid date-time formatted string {text}"),
        _ => new CelText(text),
    };

    private static CelValue Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? new CelBytes(bytes[..length]) : new CelError($"Invalid byte formatted string {text}");
    }
}

/// <summary>A value that a schema keeps without describing it: it can be compared with its like, and no more.</summary>
internal sealed record CelUnread(JsonNode Node) : CelValue
{
    public override string TypeName => "unknown";
}

/// <summary>A list of JSON with the schema of its items.</summary>
internal sealed record CelJsonList(JsonArray Items, StructuralSchema Kind) : CelList
{
    public override int Count => Items.Count;

    public override StructuralSchema? Schema => Kind;

    public override CelValue this[int index] => CelSchemas.ValueOf(Items[index], Kind.Items ?? StructuralSchema.Anything);
}

/// <summary>An object of JSON: one with named fields, or a map of values that are alike.</summary>
internal sealed record CelJsonMap(JsonObject Members, StructuralSchema Kind) : CelMap
{
    public override int Count => Members.Count;

    public override IEnumerable<CelValue> Keys => Members.Select(member => new CelText(member.Key));

    public override CelValue? Find(CelValue key, CelRun run) => key is CelText { Value: var name } ? Member(name) : null;

    public override CelValue? Field(string name, CelRun run) => (Kind.AdditionalProperties is null ? CelNames.Find(name, Kind.Properties.Keys) : name) is { } member ? Member(member) : null;

    private CelValue? Member(string name)
    {
        if (!Members.TryGetPropertyValue(name, out var value))
        {
            return null;
        }

        if (Kind.Properties.TryGetValue(name, out var property))
        {
            return CelSchemas.ValueOf(value, property);
        }

        return Kind.AdditionalProperties is { } additional ? CelSchemas.ValueOf(value, additional)
            : value is null ? CelNull.Value
            : new CelUnread(value);
    }
}
