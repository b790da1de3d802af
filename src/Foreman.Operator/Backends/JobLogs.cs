using System.Text;
using Foreman.Api;
using Foreman.Git;
using Foreman.Jobs;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;
using V1Pod = k8s.Models.V1Pod;

namespace Foreman.Operator.Backends;

/// <summary>Keeps the last lines of a pod's logs in the ConfigMap of its task's digest, before the pod goes. Keys and tokens of known forms are left out.</summary>
/// <param name="client">Reads logs and writes the ConfigMap.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="logger">Told of logs that are not kept.</param>
internal sealed class JobLogs(IKubernetes client, TimeProvider time, ILogger logger)
{
    /// <summary>The ConfigMap's key with the logs.</summary>
    internal const string Key = "logs.txt";

    // What is before them is not sent.
    private const int MostLines = 20_000;

    private const int ChunkBytes = 64 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Keeps them, within 10 s; without the logs a task ends all the same.</summary>
    /// <param name="task">The task.</param>
    /// <param name="pod">The pod of its attempt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task KeepAsync(AgenticTask task, V1Pod pod, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var logs = new List<ContainerLog>();
            foreach (var container in Begun(pod))
            {
                logs.Add(await ReadAsync(pod, container, either.Token));
            }

            if (logs.Count > 0)
            {
                await StoreAsync(task, LogDigest.Of(logs), either.Token);
            }
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or IOException || (e is OperationCanceledException and not LeadershipLostException && !cancellationToken.IsCancellationRequested))
        {
            JobBackendLog.LogsNotKept(logger, task.Namespace(), pod.Metadata.Name, e.Message);
        }
    }

    // Init containers first, as they ran first.
    private static IEnumerable<string> Begun(V1Pod pod) => (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? [])
        .Where(c => c.State?.Running is not null || c.State?.Terminated is not null)
        .Select(c => c.Name);

    private async Task<ContainerLog> ReadAsync(V1Pod pod, string container, CancellationToken cancellationToken)
    {
        var options = new PodLogOptions { Container = container, TailLines = MostLines };
        await using var log = await client.OpenPodLogAsync(pod.Metadata.Name, pod.Metadata.NamespaceProperty, options, cancellationToken);
        var (kept, isWhole) = await TailAsync(log, LogDigest.ReadBytes, cancellationToken);
        var text = Redaction.OfForms.Text(kept);
        return new(container, text, isWhole && text.AsSpan().Count('\n') < MostLines);
    }

    /// <summary>The end of a stream as text.</summary>
    /// <param name="log">The stream.</param>
    /// <param name="most">Bytes that are kept: the last ones.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The text, and whether there was nothing before it.</returns>
    internal static async Task<(string Text, bool IsWhole)> TailAsync(Stream log, int most, CancellationToken cancellationToken)
    {
        var (ring, chunk, total) = (new byte[most], new byte[Math.Min(ChunkBytes, most)], 0L);
        while (await log.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            var at = (int)(total % most);
            var first = Math.Min(read, most - at);
            chunk.AsSpan(0, first).CopyTo(ring.AsSpan(at));
            chunk.AsSpan(first, read - first).CopyTo(ring);
            total += read;
        }

        var start = total <= most ? 0 : (int)(total % most);
        byte[] tail = total <= most ? ring[..(int)total] : [.. ring.AsSpan(start), .. ring.AsSpan(0, start)];
        return (Encoding.UTF8.GetString(tail), total <= most);
    }

    private async Task StoreAsync(AgenticTask task, string text, CancellationToken cancellationToken)
    {
        var name = Labels.TranscriptConfigMap(task.Name());
        var digest = new V1ConfigMap
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = task.Namespace(),
                Labels = new Dictionary<string, string> { [Labels.TranscriptUid] = task.Uid() },
                OwnerReferences = [task.AsOwner()],
            },
            Data = new Dictionary<string, string> { [Key] = text },
        };
        var options = new WriteOptions { FieldManager = ApiGroup.FieldManager };
        try
        {
            await client.CreateAsync(digest, options, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // That of an earlier attempt, or of an earlier task of this name.
            await client.TryDeleteAsync<V1ConfigMap>(name, task.Namespace(), null, cancellationToken);
            await client.CreateAsync(digest, options, cancellationToken);
        }
    }
}
