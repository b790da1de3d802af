using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Hosting;

/// <summary>Makes the client of the Kubernetes API from flags and environment.</summary>
internal static class ClientFactory
{
    /// <exception cref="ExitException">The kubeconfig cannot be used.</exception>
    public static KubernetesClient Create(string? kubeconfig, string? context, TimeProvider time, ILogger logger)
    {
        try
        {
            var configuration = kubeconfig is null
                ? KubernetesClientConfiguration.BuildDefaultConfig(context)
                : KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig, context);
            return new KubernetesClient(
                configuration with { UserAgent = "foreman-operator", EnvironmentProxy = EnvironmentProxy.OfProcess },
                new KubernetesClientOptions { Time = time, Logger = logger, FieldManager = ApiGroup.FieldManager });
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.BadConfiguration, e.Message, e);
        }
    }
}
