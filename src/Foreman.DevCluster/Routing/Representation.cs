using Foreman.DevCluster.Errors;

namespace Foreman.DevCluster.Routing;

/// <summary>How objects are to be shown: whole, as rows of a table, or their metadata only.</summary>
internal enum RepresentationKind
{
    Full,
    Table,
    Metadata,
}

/// <summary>The outcome of content negotiation over the Accept header.</summary>
internal static class Representation
{
    /// <exception cref="ApiException">406 when nothing that the client accepts can be made.</exception>
    public static RepresentationKind Negotiate(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
        {
            return RepresentationKind.Full;
        }

        foreach (var range in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            // Protobuf can be asked for but is never made: the clients that prefer it accept JSON next.
            if (parts[0] is "application/json" or "*/*" or "application/*" && Shape(parts) is { } shape)
            {
                return shape;
            }
        }

        throw new ApiException(406, "NotAcceptable", "only the following media types are accepted: application/json");
    }

    /// <summary>Null when that shape can't be made.</summary>
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
