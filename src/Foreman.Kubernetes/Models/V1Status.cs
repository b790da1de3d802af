namespace Foreman.Kubernetes;

/// <summary>The API server's answer to a call that failed, or to a deletion (meta/v1 Status).</summary>
public sealed record V1Status
{
    /// <summary>Always <c>Status</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Always <c>v1</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary><c>Success</c> or <c>Failure</c>.</summary>
    public string? Status { get; init; }

    /// <summary>What happened, for people.</summary>
    public string? Message { get; init; }

    /// <summary>CamelCase reason, for programs: <c>NotFound</c>, <c>Conflict</c>, <c>Invalid</c>, …</summary>
    public string? Reason { get; init; }

    /// <summary>HTTP status code.</summary>
    public int? Code { get; init; }

    /// <summary>More about the reason; empty for a failed test of a JSON Patch.</summary>
    public V1StatusDetails? Details { get; init; }
}

/// <summary>More about a failed call (meta/v1 StatusDetails).</summary>
public sealed record V1StatusDetails
{
    /// <summary>Name of the object concerned.</summary>
    public string? Name { get; init; }

    /// <summary>Group of the object concerned.</summary>
    public string? Group { get; init; }

    /// <summary>Kind (or plural) of the object concerned.</summary>
    public string? Kind { get; init; }

    /// <summary>UID of the object concerned.</summary>
    public string? Uid { get; init; }

    /// <summary>Seconds to wait before the call may be repeated.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>One entry per fault, for validation errors.</summary>
    public IReadOnlyList<V1StatusCause>? Causes { get; init; }
}

/// <summary>One fault of a refused object (meta/v1 StatusCause).</summary>
public sealed record V1StatusCause
{
    /// <summary>CamelCase reason, for example <c>FieldValueInvalid</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>What is wrong, for people.</summary>
    public string? Message { get; init; }

    /// <summary>Path of the field, for example <c>spec.priority</c>.</summary>
    public string? Field { get; init; }
}
