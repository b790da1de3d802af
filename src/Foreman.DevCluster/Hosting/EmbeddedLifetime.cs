using Microsoft.Extensions.Hosting;

namespace Foreman.DevCluster.Hosting;

/// <summary>Leaves signals to the program that hosts the cluster: Ctrl-C must end the operator first and the API last.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
