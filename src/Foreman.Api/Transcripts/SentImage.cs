using System.Text.Json.Serialization;

namespace Foreman.Api;

/// <summary>An image in a conversation. Its bytes never stand in a record: they are a content beside the records, once for each SHA-256.</summary>
public sealed record SentImage
{
    /// <summary>Path in the workspace; absent for an image of a tool's result.</summary>
    public string? Name { get; init; }

    /// <summary>image/png, image/jpeg, image/webp or image/gif.</summary>
    public string MediaType { get => field ?? ""; init; }

    /// <summary>In pixels.</summary>
    public int Width { get; init; }

    /// <summary>In pixels.</summary>
    public int Height { get; init; }

    /// <summary>The name of its bytes; absent only in memory, where <see cref="Bytes"/> is there instead.</summary>
    public ContentRef? ContentRef { get; init; }

    /// <summary>The file as it is; in memory only.</summary>
    [JsonIgnore]
    public byte[]? Bytes { get; init; }
}
