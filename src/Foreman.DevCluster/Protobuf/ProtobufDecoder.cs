using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Protobuf;

/// <summary>
/// Decodes <c>application/vnd.kubernetes.protobuf</c> into JSON: kubectl's create commands (namespace, configmap, secret,
/// serviceaccount, token) send nothing else. Responses are always JSON, which those clients accept.
/// </summary>
internal static class ProtobufDecoder
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <exception cref="ApiException">400 when it can't be read, 415 when the kind is not known in this encoding.</exception>
    public static JsonObject Decode(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
        {
            throw ApiErrors.BadRequest("the body does not begin as Kubernetes protobuf does");
        }

        try
        {
            return Unwrap(body[Magic.Length..]);
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException or JsonException)
        {
            throw ApiErrors.BadRequest($"the protobuf body can't be read: {error.Message}");
        }
    }

    /// <summary>The envelope holds apiVersion, kind and the object's bytes.</summary>
    private static JsonObject Unwrap(ReadOnlySpan<byte> envelope)
    {
        var reader = new WireReader(envelope);
        string version = "", kind = "";
        ReadOnlySpan<byte> raw = default;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                (version, kind) = TypeMeta(reader.Bytes);
            }
            else if (reader.Field == 2)
            {
                raw = reader.Bytes;
            }
        }

        if (MessageTypes.Find(kind) is not { } message)
        {
            throw new ApiException(415, "UnsupportedMediaType", $"the dev cluster reads {kind} as JSON only, not as protobuf");
        }

        var values = new ValueCount();
        var root = ReadMessage(raw, message, ref values);
        root["apiVersion"] = version;
        root["kind"] = kind;
        return root;
    }

    private static (string Version, string Kind) TypeMeta(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        string version = "", kind = "";
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                version = Encoding.UTF8.GetString(reader.Bytes);
            }
            else if (reader.Field == 2)
            {
                kind = Encoding.UTF8.GetString(reader.Bytes);
            }
        }

        return (version, kind);
    }

    private static JsonObject ReadMessage(ReadOnlySpan<byte> bytes, IReadOnlyDictionary<int, MessageField> message, ref ValueCount values)
    {
        var node = new JsonObject();
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (!message.TryGetValue(reader.Field, out var field))
            {
                continue;
            }

            if (field.Map)
            {
                AddEntry(Member(node, field.Name, static () => new JsonObject()), reader.Bytes, field.Type, ref values);
            }
            else if (field.Repeated)
            {
                Member(node, field.Name, static () => new JsonArray()).Add(ReadValue(reader, field.Type, ref values));
            }
            else if (ReadValue(reader, field.Type, ref values) is { } value && !(value is JsonValue && JsonTree.AsText(value) is ""))
            {
                // Kubernetes' encoder writes empty strings that JSON omits.
                node[field.Name] = value;
            }
        }

        return node;
    }

    private static T Member<T>(JsonObject node, string name, Func<T> make)
        where T : JsonNode
    {
        if (node[name] is not T member)
        {
            node[name] = member = make();
        }

        return member;
    }

    private static void AddEntry(JsonObject map, ReadOnlySpan<byte> entry, string type, ref ValueCount values)
    {
        var reader = new WireReader(entry);
        var key = "";
        JsonNode? value = "";
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                key = Encoding.UTF8.GetString(reader.Bytes);
            }
            else
            {
                value = ReadValue(reader, type, ref values);
            }
        }

        map[key] = value;
    }

    private static JsonNode? ReadValue(WireReader reader, string type, ref ValueCount values)
    {
        values.Add();
        return ReadCounted(reader, type, ref values);
    }

    private static JsonNode? ReadCounted(WireReader reader, string type, ref ValueCount values) => type switch
    {
        "string" => Encoding.UTF8.GetString(reader.Bytes),
        "bytes" => Convert.ToBase64String(reader.Bytes),
        "bool" => JsonValue.Create(reader.Number != 0),
        "int" => JsonValue.Create((long)reader.Number),
        "time" => ReadTime(reader.Bytes, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        "microtime" => ReadTime(reader.Bytes, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
        _ => ReadMessage(reader.Bytes, MessageTypes.Find(type) ?? throw new FormatException($"unknown message {type}"), ref values),
    };

    private static JsonValue? ReadTime(ReadOnlySpan<byte> bytes, string format)
    {
        var reader = new WireReader(bytes);
        long seconds = 0, nanos = 0;
        while (reader.Next())
        {
            (seconds, nanos) = reader.Field == 1 ? ((long)reader.Number, nanos) : (seconds, (long)reader.Number);
        }

        // Go's zero time, which its encoder writes for "never".
        const long GoZero = -62135596800;
        return seconds is 0 or GoZero
            ? null
            : JsonValue.Create(DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100).UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
    }
}
