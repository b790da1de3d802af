namespace Foreman.DevCluster.Writing;

/// <summary>Handling of unknown and duplicate fields: ignore, warn (the default) or reject.</summary>
internal enum FieldValidation
{
    Warn,
    Ignore,
    Strict,
}

/// <summary>Options of a write; also collects warnings for the response headers.</summary>
internal sealed record WriteOptions
{
    public FieldValidation Validation { get; init; }

    public bool DryRun { get; init; }

    public string FieldManager { get; init; } = "unknown";

    public bool Force { get; init; }

    /// <summary>Who writes.</summary>
    public ClusterUser User { get; init; } = ClusterUser.Admin;

    /// <summary>Set by server-side apply, which keeps managedFields itself.</summary>
    public bool Applied { get; set; }

    public List<string> Warnings { get; } = [];
}

/// <summary>Target of a write: kind, name and subresource.</summary>
internal sealed record WriteTarget(Resources.ResourceDefinition Type, Storage.ObjectName Name, string? Subresource)
{
    public bool IsStatus => Subresource == "status";
}
