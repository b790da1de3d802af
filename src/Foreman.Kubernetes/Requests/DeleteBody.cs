using System.Buffers;
using System.Text.Json;

namespace Foreman.Kubernetes;

/// <summary>The body of a deletion (meta/v1 DeleteOptions).</summary>
internal static class DeleteBody
{
    public static ReadOnlyMemory<byte> Of(DeleteOptions? options)
    {
        if (options is null)
        {
            return default;
        }

        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, "v1"u8);
        json.WriteString("kind"u8, "DeleteOptions"u8);
        if (options.PropagationPolicy is { } policy)
        {
            json.WriteString("propagationPolicy"u8, policy.ToString());
        }

        if (options.GracePeriodSeconds is { } seconds)
        {
            json.WriteNumber("gracePeriodSeconds"u8, seconds);
        }

        if (options.DryRun)
        {
            json.WriteStartArray("dryRun"u8);
            json.WriteStringValue("All"u8);
            json.WriteEndArray();
        }

        WritePreconditions(json, options);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private static void WritePreconditions(Utf8JsonWriter json, DeleteOptions options)
    {
        if (options.PreconditionUid is null && options.PreconditionResourceVersion is null)
        {
            return;
        }

        json.WriteStartObject("preconditions"u8);
        if (options.PreconditionUid is { } uid)
        {
            json.WriteString("uid"u8, uid);
        }

        if (options.PreconditionResourceVersion is { } version)
        {
            json.WriteString("resourceVersion"u8, version);
        }

        json.WriteEndObject();
    }
}
