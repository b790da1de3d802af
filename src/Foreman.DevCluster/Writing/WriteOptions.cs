namespace Foreman.DevCluster.Writing;

/// <summary>What to do about unknown and duplicate fields: say nothing, warn (the default), refuse.</summary>
internal enum FieldValidation
{
    Warn,
    Ignore,
    Strict,
}

/// <summary>How a write was asked for. Warnings collect here and leave in the answer's headers.</summary>
internal sealed record WriteOptions
{
    public FieldValidation Validation { get; init; }

    public bool DryRun { get; init; }

    public string FieldManager { get; init; } = "unknown";

    public bool Force { get; init; }

    /// <summary>Set by server-side apply, which keeps managedFields itself.</summary>
    public bool Applied { get; set; }

    public List<string> Warnings { get; } = [];
}

/// <summary>Where a write goes: the object's address, and the subresource if any.</summary>
internal sealed record WriteTarget(Resources.ResourceDefinition Type, Storage.ObjectName Name, string? Subresource)
{
    public bool IsStatus => Subresource == "status";
}
