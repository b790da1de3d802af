namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>What assertions look at in a refusal.</summary>
internal static class Refusal
{
    /// <summary>Code and reason of the answer.</summary>
    public static (int Code, string? Reason) Kind(this KubernetesException refusal) => ((int)refusal.StatusCode, refusal.Status.Reason);

    /// <summary>The refused fields with the reason of each, each once and sorted: the order of causes is not fixed, and some are told twice.</summary>
    public static string[] Causes(this KubernetesException refusal) =>
        [.. (refusal.Status.Details?.Causes ?? []).Select(cause => $"{cause.Field} {cause.Reason}").Distinct().Order(StringComparer.Ordinal)];
}
