using Foreman.Api;
using Foreman.Agent.Cli;
using Foreman.Agent.Heartbeat;
using Foreman.Agent.Identity;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Hosting;

/// <summary>Makes the client of the API server from the flags.</summary>
internal static class ClusterConnection
{
    /// <summary>Opens it, with the host's tokens when they are the agent's to renew.</summary>
    /// <exception cref="ExitException">The kubeconfig can't be read or has a mistake.</exception>
    public static (KubernetesClient Kubernetes, HostCredentials? Credentials) Open(ClusterSettings settings, TimeProvider time, ILogger logger)
    {
        try
        {
            var configuration = settings.Kubeconfig is null
                ? KubernetesClientConfiguration.BuildDefaultConfig(settings.Context)
                : KubernetesClientConfiguration.BuildConfigFromConfigFile(settings.Kubeconfig, settings.Context);
            var credentials = HostCredentials.Of(configuration, settings.ForemanNamespace);
            var kubernetes = new KubernetesClient(
                configuration with
                {
                    UserAgent = $"foreman-agent/{NodeStatus.Version}",
                    EnvironmentProxy = EnvironmentProxy.OfProcess,
                    TokenSource = credentials is null ? null : credentials.Current,
                },
                new KubernetesClientOptions { Time = time, Logger = logger, FieldManager = ApiGroup.FieldManager });
            return (kubernetes, credentials);
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.BadConfiguration, e.Message, e);
        }
    }
}
