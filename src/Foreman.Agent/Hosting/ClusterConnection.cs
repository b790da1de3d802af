using Foreman.Api;
using Foreman.Agent.Cli;
using Foreman.Agent.Heartbeat;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Hosting;

/// <summary>Makes the client of the API server from the flags.</summary>
internal static class ClusterConnection
{
    /// <exception cref="ExitException">The kubeconfig can't be read or has a mistake.</exception>
    public static KubernetesClient Open(ClusterSettings settings, TimeProvider time, ILogger logger)
    {
        try
        {
            var configuration = settings.Kubeconfig is null
                ? KubernetesClientConfiguration.BuildDefaultConfig(settings.Context)
                : KubernetesClientConfiguration.BuildConfigFromConfigFile(settings.Kubeconfig, settings.Context);
            return new KubernetesClient(
                configuration with { UserAgent = $"foreman-agent/{NodeStatus.Version}", EnvironmentProxy = EnvironmentProxy.OfProcess },
                new KubernetesClientOptions { Time = time, Logger = logger, FieldManager = ApiGroup.FieldManager });
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.BadConfiguration, e.Message, e);
        }
    }
}
