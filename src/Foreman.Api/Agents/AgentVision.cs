namespace Foreman.Api;

/// <summary>Images in prompts.</summary>
public sealed record AgentVision
{
    /// <summary>True sends payload.images.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Largest image after base64, in bytes; 4 MiB when 0 or absent.</summary>
    public long? MaxImageBytes { get; init; }

    /// <summary>Most images; 4 when 0 or absent.</summary>
    public int? MaxImages { get; init; }
}
