using Foreman.Api;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Digests;

/// <summary>
/// Writes the digest of a task that has ended, from its RunLogs. A digest of an earlier task of that name is replaced; one
/// that is there is not made again. One digest is made at a time, whoever asks, so that their memory does not add up.
/// </summary>
internal sealed class DigestWriter(IKubernetes client, TimeProvider time, ILogger logger)
{
    private static readonly SemaphoreSlim One = new(1);

    /// <summary>Writes a digest.</summary>
    /// <param name="task">The task, ended.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>Why there is none; null when it is there. The reason is logged.</returns>
    /// <exception cref="OperationCanceledException">It was told to stop, or no longer leads.</exception>
    /// <exception cref="KubernetesException">The server has too much to do and asks to wait for longer than the client does: to be written later.</exception>
    public async Task<string?> WriteAsync(AgenticTask task, CancellationToken cancellationToken)
    {
        await One.WaitAsync(cancellationToken);
        try
        {
            var old = await client.TryReadAsync<V1ConfigMap>(Labels.TranscriptConfigMap(task.Name()), task.Namespace(), cancellationToken);
            if (old?.GetLabel(Labels.TranscriptUid) != task.Uid())
            {
                var digest = await MakeAsync(task, cancellationToken);
                await StoreAsync(task, digest, old, cancellationToken);
            }

            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException and not KubernetesException { IsOverloaded: true, RetryAfter: not null })
        {
            // Whatever hosts have stored must never end the operator, nor go without a word.
            DigestLog.NotWritten(logger, ObjectKey.Of(task), e.Message);
            return e.Message;
        }
        finally
        {
            One.Release();
        }
    }

    private async Task<V1ConfigMap> MakeAsync(AgenticTask task, CancellationToken cancellationToken)
    {
        var digest = new Digest();
        var lines = new TranscriptLines(digest.LeftOut);
        await foreach (var segment in new SegmentReader(client, time).ReadAsync(task, digest.LeftOut, cancellationToken))
        {
            foreach (var line in lines.Add(segment))
            {
                digest.Add(line.Span);
            }

            if (lines.IsFull)
            {
                break;
            }
        }

        lines.End();
        if (digest.LeftOut.Sentences() is { Count: > 0 } sentences)
        {
            DigestLog.NotComplete(logger, ObjectKey.Of(task), string.Join("; ", sentences));
        }

        return digest.Build(task);
    }

    private async Task StoreAsync(AgenticTask task, V1ConfigMap digest, V1ConfigMap? old, CancellationToken cancellationToken)
    {
        var options = new WriteOptions { FieldManager = ApiGroup.FieldManager };
        if (old is not null)
        {
            await client.TryDeleteAsync<V1ConfigMap>(digest.Name(), digest.Namespace(), new DeleteOptions { PreconditionUid = old.Uid() }, cancellationToken);
        }

        try
        {
            await client.CreateAsync(digest, options, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            var other = await client.TryReadAsync<V1ConfigMap>(digest.Name(), digest.Namespace(), cancellationToken);
            if (other?.GetLabel(Labels.TranscriptUid) != task.Uid())
            {
                throw;
            }
        }
    }
}
