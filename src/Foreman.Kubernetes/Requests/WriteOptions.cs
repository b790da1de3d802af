namespace Foreman.Kubernetes;

/// <summary>How an object is created.</summary>
public sealed record WriteOptions
{
    /// <summary>What happens to unknown fields. Default: refused.</summary>
    public FieldValidation FieldValidation { get; init; } = FieldValidation.Strict;

    /// <summary>Who writes, for the object's managed fields; null for the client's own name.</summary>
    public string? FieldManager { get; init; }

    /// <summary>True to have everything checked and nothing stored.</summary>
    public bool DryRun { get; init; }
}

/// <summary>How an object is replaced.</summary>
public sealed record ReplaceOptions
{
    /// <summary>Part of the object with an endpoint of its own, for example <c>status</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>
    /// What happens to unknown fields. Null: refused in the object itself; in <c>status</c> dropped with a warning,
    /// because the peer that stored the schema may be older than the writer.
    /// </summary>
    public FieldValidation? FieldValidation { get; init; }

    /// <summary>Who writes, for the object's managed fields; null for the client's own name.</summary>
    public string? FieldManager { get; init; }

    /// <summary>True to have everything checked and nothing stored.</summary>
    public bool DryRun { get; init; }
}

/// <summary>How an object is patched.</summary>
public sealed record PatchOptions
{
    /// <summary>Part of the object with an endpoint of its own, for example <c>status</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>
    /// What happens to unknown fields. Null: refused in the object itself; in <c>status</c> dropped with a warning,
    /// because the peer that stored the schema may be older than the writer.
    /// </summary>
    public FieldValidation? FieldValidation { get; init; }

    /// <summary>Who writes; null for the client's own name. Server-side apply takes this name as the owner of the fields.</summary>
    public string? FieldManager { get; init; }

    /// <summary>True to take fields over from another owner; server-side apply only.</summary>
    public bool Force { get; init; }

    /// <summary>True to have everything checked and nothing stored.</summary>
    public bool DryRun { get; init; }
}

/// <summary>How an object is deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>What becomes of the objects that it owns; null for the kind's default.</summary>
    public PropagationPolicy? PropagationPolicy { get; init; }

    /// <summary>Delete only the object with this UID, else answer 409.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>Delete only this version of the object, else answer 409.</summary>
    public string? PreconditionResourceVersion { get; init; }

    /// <summary>Seconds of graceful termination, for kinds that have it; null for the kind's default.</summary>
    public int? GracePeriodSeconds { get; init; }

    /// <summary>True to have everything checked and nothing deleted.</summary>
    public bool DryRun { get; init; }
}
