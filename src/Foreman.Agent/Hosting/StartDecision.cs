using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Agent.Hosting;

/// <summary>
/// Whether a failure at the start ends the agent. What a restart can't mend is bad configuration and ends it at once; what
/// may pass by itself is waited for within a bound, and then the service manager may try again.
/// </summary>
internal static class StartDecision
{
    /// <summary>How the agent ends; null to try again.</summary>
    /// <param name="e">The failure.</param>
    /// <param name="elapsed">Time since the start.</param>
    /// <param name="timeout">Bound of the waiting.</param>
    /// <param name="node">Name of the host, for advice.</param>
    public static ExitException? Stop(Exception e, TimeSpan elapsed, TimeSpan timeout, string node)
    {
        var spent = elapsed >= timeout;
        return e switch
        {
            KubernetesException { IsUnauthorized: true } or KubernetesException { IsInvalid: true } =>
                new ExitException(ExitCodes.BadConfiguration, ApiErrors.Explain(e, node), e),
            KubernetesException { IsForbidden: true } when spent =>
                new ExitException(ExitCodes.BadConfiguration, ApiErrors.Explain(e, node), e),
            KubernetesUnreachableException { Reason: UnreachableReason.Tls or UnreachableReason.NotKubernetes } =>
                new ExitException(ExitCodes.BadConfiguration, $"{e.Message}. Check the server and its certificate in the kubeconfig", e),
            _ when spent =>
                new ExitException(
                    ExitCodes.TryAgain,
                    FormattableString.Invariant($"{e.Message}. Gave up after {timeout.TotalSeconds:0.#} s (--start-timeout); check the server in the kubeconfig and the network"), e),
            _ => null,
        };
    }
}
