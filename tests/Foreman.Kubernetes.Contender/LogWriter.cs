using System.Globalization;

namespace Foreman.Kubernetes.Contender;

/// <summary>
/// The work of a leader: writes to the log in bursts, as fast as a busy controller. Each write says who wrote it, in which
/// term, and its number, so that the server's history shows whose writes landed when. Writes are not cancelled when the leader
/// is told to end: the fence bounds them, and a Lease under which a write might still land would not be released.
/// </summary>
internal sealed class LogWriter(IKubernetes client, Options options, TimeProvider time)
{
    private const int Burst = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private int _number;

    /// <summary>Writes under the fence and with the token, as a leader should: seals the log first, then writes.</summary>
    public async Task WriteAsync(LeaderFence fence, CancellationToken cancellationToken)
    {
        var token = fence.Token(Options.Annotation);
        var fenced = client.Fenced(fence);
        var log = await SealedAsync(fenced, token, cancellationToken);
        Program.Say($"leads {fence.Term}");
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, Burst).Select(_ => OneAsync(n => fenced.PatchAsync<V1ConfigMap>(
                token.Guard(log, Entry(fence.Term, n)), Options.LogName, options.Namespace, cancellationToken: CancellationToken.None))));
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Writes as a leader should not: never asks, proves nothing, and does not stop when it is told to.</summary>
    public async Task WriteCarelesslyAsync(long term)
    {
        Program.Say($"leads {term}");
        while (true)
        {
            await OneAsync(n => client.PatchAsync<V1ConfigMap>(V1Patch.Json(Entry(term, n)), Options.LogName, options.Namespace));
            await Task.Delay(Pause, time);
        }
    }

    private async Task<V1ConfigMap> SealedAsync(IKubernetes fenced, FencingToken token, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var log = await fenced.ReadAsync<V1ConfigMap>(Options.LogName, options.Namespace, cancellationToken);
                return await fenced.PatchAsync<V1ConfigMap>(
                    token.Guard(log, Entry(token.Term, ++_number)), Options.LogName, options.Namespace, cancellationToken: CancellationToken.None);
            }
            catch (Exception e) when (e is KubernetesUnreachableException or KubernetesException { IsTestFailed: true })
            {
                // Another leader's last write came between, or no answer: look again, while this process leads.
                Program.Say($"seals again: {e.Message}");
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task OneAsync(Func<int, Task> write)
    {
        var number = Interlocked.Increment(ref _number);
        try
        {
            await write(number);
        }
        catch (LeadershipLostException e)
        {
            Program.Say($"held back {number}: {e.Message}");
        }
        catch (KubernetesException e) when (e.IsTestFailed)
        {
            Program.Say($"refused {number}");
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            Program.Say($"failed {number}: {e.Message}");
        }
    }

    private JsonPatchOperation Entry(long term, int number) =>
        JsonPatchOperation.Add("/data/last", string.Create(CultureInfo.InvariantCulture, $"{options.Identity} {term} {number}"));
}
