using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Hosting;

/// <summary>Holds the start up until the cluster is as it must be.</summary>
internal sealed class StartCheckService(IKubernetes client, OperatorSettings settings, TimeProvider time, ILogger logger) : IHostedService
{
    /// <exception cref="Foreman.Hosting.ExitException">It is not, and waiting does not help.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => StartChecks.RunAsync(client, settings, time, logger, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
