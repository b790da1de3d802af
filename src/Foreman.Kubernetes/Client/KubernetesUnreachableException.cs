namespace Foreman.Kubernetes;

/// <summary>Why a server can't be reached.</summary>
public enum UnreachableReason
{
    /// <summary>The connection was refused.</summary>
    Refused,

    /// <summary>The host's name has no address.</summary>
    NameNotFound,

    /// <summary>The server's certificate is not trusted, or the server does not use TLS.</summary>
    Tls,

    /// <summary>No answer came in time.</summary>
    Timeout,

    /// <summary>The connection broke before the response was complete.</summary>
    ConnectionLost,

    /// <summary>The response is not from a Kubernetes API server.</summary>
    NotKubernetes,

    /// <summary>An object does not fit its type; the message names the object and the field.</summary>
    InvalidObject,

    /// <summary>The exec plugin or the token file gave no credential, so the call was not sent.</summary>
    Credential,

    /// <summary>Another network failure.</summary>
    Other,
}

/// <summary>
/// No answer came from the API server, or none that can be used. Whether a write arrived is not known: re-read before repeating it.
/// </summary>
public sealed class KubernetesUnreachableException : Exception
{
    /// <summary>Describes a call without a usable answer.</summary>
    /// <param name="host">Root URL of the server.</param>
    /// <param name="reason">Kind of failure.</param>
    /// <param name="why">The failure, for people.</param>
    /// <param name="inner">The underlying network error.</param>
    public KubernetesUnreachableException(Uri host, UnreachableReason reason, string why, Exception? inner = null)
        : base(Describe(host, reason, why), inner)
    {
        Host = host;
        Reason = reason;
    }

    /// <summary>Root URL of the server.</summary>
    public Uri Host { get; }

    /// <summary>Kind of failure.</summary>
    public UnreachableReason Reason { get; }

    private static string Describe(Uri host, UnreachableReason reason, string why) => reason switch
    {
        UnreachableReason.InvalidObject => $"the Kubernetes API server at {host}: {why}",
        UnreachableReason.Credential => $"there is no credential for the Kubernetes API server at {host}: {why}",
        _ => $"the Kubernetes API server at {host} can't be reached: {why}",
    };
}
