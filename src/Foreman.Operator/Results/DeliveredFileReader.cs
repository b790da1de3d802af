using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Digests;

namespace Foreman.Operator.Results;

/// <summary>Reads files that a task delivered from its RunLogs, which have up to 4 MiB of each attempt.</summary>
internal sealed class DeliveredFileReader(IKubernetes client, TimeProvider time)
{
    /// <summary>The files that are in the cluster, by their SHA-256; those that are not are absent.</summary>
    /// <param name="task">The task, ended.</param>
    /// <param name="wanted">SHA-256 of each file, in lower-case hexadecimal.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(AgenticTask task, IReadOnlySet<string> wanted, CancellationToken cancellationToken)
    {
        var collector = new FileCollector(wanted);
        var earlier = task.Status.Attempts.Select(a => a.Attempt).Where(n => n > 0 && n < task.Status.Attempt).OrderDescending();
        foreach (var number in earlier.Prepend(task.Status.Attempt))
        {
            if (collector.IsComplete)
            {
                break;
            }

            var isLast = number == task.Status.Attempt;
            await ReadAttemptAsync(isLast ? task : task with { Status = task.Status with { Attempt = number, Claim = null } }, collector, cancellationToken);
        }

        return collector.Files;
    }

    private async Task ReadAttemptAsync(AgenticTask task, FileCollector collector, CancellationToken cancellationToken)
    {
        var leftOut = new LeftOut();
        var lines = new TranscriptLines(leftOut);
        await foreach (var segment in new SegmentReader(client, time).ReadAsync(task, leftOut, cancellationToken))
        {
            foreach (var line in lines.Add(segment))
            {
                collector.Add(line.Span);
            }

            if (lines.IsFull || collector.IsComplete)
            {
                break;
            }
        }
    }
}
