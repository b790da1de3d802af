using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;

namespace Foreman.Runner.RunLogs;

/// <summary>
/// Reads what an ended attempt left in the cluster. Only what the attempt's holder wrote under the name of its place counts: a
/// host may create RunLogs with any content.
/// </summary>
internal sealed class RunLogReader(IKubernetes kubernetes, TimeProvider time, Jitter jitter)
{
    /// <summary>Most bytes of an attempt, unpacked, that are read.</summary>
    public const int MaxTextBytes = 96 * 1024 * 1024;

    /// <summary>
    /// An attempt that stored more was perhaps not stored whole: its next segment, of 256 KiB at most, may have been one too many.
    /// </summary>
    public const int MaxStoredBytes = RunLogStore.MaxBytes - (256 * 1024);

    /// <summary>The transcript of an attempt, waiting while the API server can't be reached.</summary>
    /// <param name="task">The task.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="holder">Who held it.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <returns>What was found, or why nothing can be used.</returns>
    public async Task<(StoredTranscript? Found, string? Why)> ReadAsync(AgenticTask task, long attempt, string holder, CancellationToken stop)
    {
        using var text = new MemoryStream();
        var stored = 0L;
        for (var seq = 0; ; seq++)
        {
            var (spec, why) = await SegmentAsync(Labels.RunLogName(task.Uid(), attempt, seq), task.Namespace(), stop).ConfigureAwait(false);
            if (why is not null)
            {
                return (null, why);
            }

            // What the holder did after it is not known, so that going on from what stands before could do it twice.
            if (spec is not null && (spec.TaskRef.Uid != task.Uid() || spec.Attempt != attempt || spec.Seq != seq || !spec.IsOf(task, holder)))
            {
                return (null, $"its segment {seq} in the cluster is not of its holder");
            }

            if (spec is null)
            {
                return text.Length == 0 ? (null, "nothing of it is in the cluster") : (StoredTranscript.Read(text.GetBuffer().AsSpan(0, (int)text.Length)), null);
            }

            if ((stored += spec.Data.Length) > MaxStoredBytes)
            {
                return (null, $"it is larger than the {RunLogStore.MaxBytes >> 20} MiB that are kept in the cluster");
            }

            if (!TryUnpack(spec, text))
            {
                return (null, $"its segment {seq} in the cluster is damaged");
            }
        }
    }

    private static bool TryUnpack(RunLogSpec spec, MemoryStream text)
    {
        try
        {
            var unpacked = RunLogPacker.Unpack(spec.Codec, spec.Data);
            if (unpacked.IsCut || text.Length + unpacked.Bytes.Length > MaxTextBytes)
            {
                return false;
            }

            text.Write(unpacked.Bytes.Span);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private async Task<(RunLogSpec? Spec, string? Why)> SegmentAsync(string name, string? ns, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return ((await kubernetes.TryReadAsync<RunLog>(name, ns, stop).ConfigureAwait(false))?.Spec, null);
            }
            catch (KubernetesException e) when (!e.IsOverloaded && (int)e.StatusCode < 500)
            {
                return (null, $"RunLog {name} cannot be read: {e.Message}");
            }
            catch (Exception e) when (WriteFailure.Remedy(e) is not null)
            {
                await Task.Delay(RetryDelay.After(tries, WriteFailure.RetryAfter(e), jitter.Next()), time, stop).ConfigureAwait(false);
            }
        }
    }
}
