using System.Net;

namespace Foreman.Kubernetes;

/// <summary>The API server responded to a call with an error.</summary>
public sealed class KubernetesException : Exception
{
    /// <summary>Makes an error of the server's answer.</summary>
    /// <param name="status">The answer.</param>
    /// <param name="statusCode">HTTP status code.</param>
    /// <param name="call">Verb and path of the call, for the message.</param>
    /// <param name="retryAfter">How long the server asks to wait; null when it doesn't.</param>
    public KubernetesException(V1Status status, HttpStatusCode statusCode, string? call = null, TimeSpan? retryAfter = null)
        : base(Compose(status, statusCode, call))
    {
        Status = status;
        StatusCode = statusCode;
        RetryAfter = retryAfter;
    }

    /// <summary>The answer: reason, message and causes.</summary>
    public V1Status Status { get; }

    /// <summary>HTTP status code.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>How long the server asks to wait before the call is repeated; null when it doesn't.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>CamelCase reason, for programs: <c>NotFound</c>, <c>Conflict</c>, <c>Invalid</c>, …; empty when the server gave none.</summary>
    public string Reason => Status.Reason ?? "";

    /// <summary>One entry for each fault that was found, for example for each field that is not valid.</summary>
    public IReadOnlyList<V1StatusCause> Causes => Status.Details?.Causes ?? [];

    /// <summary>UID of the object concerned; null when unknown.</summary>
    public string? Uid => string.IsNullOrEmpty(Status.Details?.Uid) ? null : Status.Details.Uid;

    /// <summary>404: the object, its namespace or its kind is not there.</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>409: the object has another resource version or UID than the write expected. Re-read and decide again.</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && !IsAlreadyExists;

    /// <summary>409: an object with this name is there already.</summary>
    public bool IsAlreadyExists => StatusCode == HttpStatusCode.Conflict && Status.Reason == "AlreadyExists";

    /// <summary>
    /// 422 without any details: a test of a JSON Patch failed, or a path of it is absent. Re-read and decide again;
    /// <see cref="V1Patch.FirstMismatch"/> tells which of the two, the server does not.
    /// </summary>
    public bool IsTestFailed => StatusCode == HttpStatusCode.UnprocessableEntity && !HasDetails;

    /// <summary>422 with causes: the schema or a rule refuses the object. Repeating is pointless.</summary>
    public bool IsInvalid => StatusCode == HttpStatusCode.UnprocessableEntity && HasDetails;

    /// <summary>410: the resource version or page token has expired. List again from the start.</summary>
    public bool IsGone => StatusCode == HttpStatusCode.Gone;

    /// <summary>401: the credentials are missing, wrong or expired.</summary>
    public bool IsUnauthorized => StatusCode == HttpStatusCode.Unauthorized;

    /// <summary>403: the credentials are known and don't allow this.</summary>
    public bool IsForbidden => StatusCode == HttpStatusCode.Forbidden;

    /// <summary>429 or 503: the server has too much to do; see <see cref="RetryAfter"/>.</summary>
    public bool IsOverloaded => StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    private bool HasDetails => Status.Details is { } details
        && (details.Causes is { Count: > 0 } || !string.IsNullOrEmpty(details.Name) || !string.IsNullOrEmpty(details.Kind));

    private static string Compose(V1Status status, HttpStatusCode code, string? call)
    {
        var message = string.IsNullOrEmpty(status.Message) ? code.ToString() : status.Message;
        return call is null ? $"{message} ({(int)code})" : $"{message} ({(int)code} to {call})";
    }
}
