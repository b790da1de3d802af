namespace Foreman.Api;

/// <summary>Who runs an attempt.</summary>
public sealed record TaskClaim
{
    /// <summary>Node: host id, a slash, a nonce of the process. Operator: the identity in the leader election. Job: pod/ and the pod's UID.</summary>
    public string Holder { get => field ?? ""; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? AcquiredAt { get; init; }
}
