using Foreman.Api;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Digests;

/// <summary>Writes the digest of a task that has ended, from its RunLogs. A digest of an earlier task of that name is replaced.</summary>
internal sealed class DigestWriter(IKubernetes client, ILogger logger)
{
    public async Task WriteAsync(AgenticTask task, CancellationToken cancellationToken)
    {
        try
        {
            await StoreAsync(task, Digest.Build(task, TranscriptText.Records(await SegmentsAsync(task, cancellationToken))), cancellationToken);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or InvalidDataException or FormatException)
        {
            DigestLog.NotWritten(logger, ObjectKey.Of(task), e.Message);
        }
    }

    private async Task StoreAsync(AgenticTask task, V1ConfigMap digest, CancellationToken cancellationToken)
    {
        var options = new WriteOptions { FieldManager = ApiGroup.FieldManager };
        try
        {
            await client.CreateAsync(digest, options, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            var old = await client.TryReadAsync<V1ConfigMap>(digest.Name(), digest.Namespace(), cancellationToken);
            if (old?.GetLabel(Labels.TranscriptUid) == task.Uid())
            {
                return;
            }

            await client.TryDeleteAsync<V1ConfigMap>(digest.Name(), digest.Namespace(), new DeleteOptions { PreconditionUid = old?.Uid() }, cancellationToken);
            await client.CreateAsync(digest, options, cancellationToken);
        }
    }

    private async Task<List<RunLog>> SegmentsAsync(AgenticTask task, CancellationToken cancellationToken)
    {
        var logs = new List<RunLog>();
        var select = new ListOptions { LabelSelector = $"{Labels.TranscriptUid}={task.Uid()}", Limit = 20 };
        await foreach (var log in client.ListPagesAsync<RunLog>(task.Namespace(), select, cancellationToken))
        {
            if (log.Spec.TaskRef.Uid == task.Uid() && log.Spec.Attempt == task.Status.Attempt)
            {
                logs.Add(log);
            }
        }

        return logs;
    }
}
