using System.Collections.Concurrent;
using System.Net;
using Foreman.Kubernetes;

namespace Foreman.Testing.Kubelet;

/// <summary>What all pods of a kubelet share.</summary>
internal sealed record KubeletContext
{
    public required IKubernetes Client { get; init; }

    public required KubeletOptions Options { get; init; }

    public required KubeletImages Images { get; init; }

    public required PodEvents Events { get; init; }

    public required KubeletLine Line { get; init; }

    /// <summary>Where the files of pods lie.</summary>
    public required string Folder { get; init; }

    /// <summary>Ends everything, with nothing more to write.</summary>
    public required CancellationToken Shutdown { get; init; }

    /// <summary>What went wrong in the kubelet itself.</summary>
    public ConcurrentQueue<string> Problems { get; } = [];

    /// <summary>Writes the status of a pod until it is written; an end without is one of a pod that is gone.</summary>
    public async Task TryUntilDoneAsync(Func<CancellationToken, Task> write)
    {
        for (var failures = 0; !Shutdown.IsCancellationRequested; failures++)
        {
            try
            {
                await Line.WaitAsync(Shutdown);
                await write(Shutdown);
                return;
            }
            catch (KubernetesException e) when (e.IsNotFound || (e.IsConflict && failures >= 3))
            {
                return;
            }
            catch (KubernetesException e) when (e.IsInvalid || e.IsForbidden || e.StatusCode == HttpStatusCode.BadRequest)
            {
                Problems.Enqueue(e.Message);
                return;
            }
            catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
            {
                await Task.Delay(Options.WaitAfter(failures), Shutdown);
            }
        }
    }
}
