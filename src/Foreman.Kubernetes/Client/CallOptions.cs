namespace Foreman.Kubernetes;

/// <summary>How long calls may take; see <see cref="IKubernetes.With"/>. A cancellation token ends a call earlier in any case.</summary>
public sealed record CallOptions
{
    /// <summary>
    /// How long one call may take from its sending to the end of its answer, without the waits that the server asks for;
    /// then it ends with a <see cref="KubernetesUnreachableException"/>. Null: <see cref="KubernetesClientConfiguration.RequestTimeout"/>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// How long one call may wait in all because the server says Retry-After with 429 or 503. What it would wait longer for is
    /// passed on as a <see cref="KubernetesException"/> that tells the time (<see cref="KubernetesException.RetryAfter"/>).
    /// Zero passes on every such answer, and sends although the server has asked others to wait: for calls that know better
    /// what to do with the time. Default 2 min.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(2);
}
