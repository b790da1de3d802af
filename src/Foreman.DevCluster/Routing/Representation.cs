using Foreman.DevCluster.Errors;

namespace Foreman.DevCluster.Routing;

/// <summary>The representation of objects: full, table rows, or metadata only.</summary>
internal enum RepresentationKind
{
    Full,
    Table,
    Metadata,
}

/// <summary>The outcome of content negotiation over the Accept header.</summary>
internal static class Representation
{
    /// <exception cref="ApiException">406 when no accepted representation is supported.</exception>
    public static RepresentationKind Negotiate(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
        {
            return RepresentationKind.Full;
        }

        foreach (var range in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            // Protobuf is never produced: the clients that prefer it also accept JSON.
            if (parts[0] is "application/json" or "*/*" or "application/*" && Shape(parts) is { } shape)
            {
                return shape;
            }
        }

        throw new ApiException(406, "NotAcceptable", "only the following media types are accepted: application/json");
    }

    /// <summary>Null for an unsupported form.</summary>
    private static RepresentationKind? Shape(string[] parts)
    {
        if (Array.Find(parts, part => part.StartsWith("as=", StringComparison.Ordinal)) is not { } wanted)
        {
            return RepresentationKind.Full;
        }

        var known = parts.Contains("g=meta.k8s.io", StringComparer.Ordinal) && (parts.Contains("v=v1", StringComparer.Ordinal) || parts.Contains("v=v1beta1", StringComparer.Ordinal));
        return wanted switch
        {
            "as=Table" when known => RepresentationKind.Table,
            "as=PartialObjectMetadata" or "as=PartialObjectMetadataList" when known => RepresentationKind.Metadata,
            _ => null,
        };
    }
}
