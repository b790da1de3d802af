using Microsoft.Extensions.Hosting;

namespace Foreman.DevCluster.Hosting;

/// <summary>Leaves signals to the host program, which must stop the operator before the API server.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
