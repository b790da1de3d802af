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
    /// How long one call may wait in all because the server says Retry-After with 429 or 503. A longer wait fails the call
    /// with a <see cref="KubernetesException"/> that carries it (<see cref="KubernetesException.RetryAfter"/>). Zero fails at
    /// once on every such response, and sends even while the server has asked other calls to wait. Default 2 min.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(2);
}
