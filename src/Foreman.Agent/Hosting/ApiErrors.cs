using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Agent.Hosting;

/// <summary>Errors of the API server: what to do about them, and when to repeat the call.</summary>
internal static class ApiErrors
{
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(30));

    /// <summary>The server's own message names the verb and the resource; the remedy is added.</summary>
    public static string Explain(Exception e, string node) => e switch
    {
        KubernetesException { IsUnauthorized: true } => EnrollAgain(e, node),
        KubernetesException { IsForbidden: true } =>
            $"this host may not do what it must: {e.Message}. Give it its role: `foreman-operator enroll {node}`",
        _ => e.Message,
    };

    /// <summary>What to do about credentials that the server does not accept, whatever it says of them.</summary>
    public static string EnrollAgain(Exception e, string node) =>
        $"the API server does not accept this host's credentials: {e.Message}. Enroll again: `foreman-operator enroll {node}`, and run the command that it prints on this host";

    /// <summary>How long to wait before the call is repeated: at least 30 s when the credentials or rights are at fault.</summary>
    /// <param name="e">The error.</param>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="jitter">A number from 0 up to 1.</param>
    public static TimeSpan RetryDelay(Exception e, int failures, double jitter) => e switch
    {
        KubernetesException { IsUnauthorized: true } or KubernetesException { IsForbidden: true } => TimeSpan.FromSeconds(30 + (15 * jitter)),
        KubernetesException { RetryAfter: { } asked } => asked,
        _ => Retries.Delay(failures, jitter),
    };
}
