using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Hosting;

/// <summary>The caches of an operator, as far as its controllers read them.</summary>
internal sealed class FollowedCaches : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;

    private FollowedCaches(IKubernetes client)
    {
        Caches = new(client, "foreman-system", TimeProvider.System, NullLogger.Instance);
        _following = Task.WhenAll(Caches.Tasks.RunAsync(_stop.Token), Caches.Agents.RunAsync(_stop.Token));
    }

    public ClusterCaches Caches { get; }

    /// <summary>Follows with a client from now on, and waits until everything is known.</summary>
    public static async Task<FollowedCaches> StartAsync(IKubernetes client)
    {
        var caches = new FollowedCaches(client);
        await Task.WhenAll(caches.Caches.Tasks.Ready, caches.Caches.Agents.Ready);
        return caches;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }
}
