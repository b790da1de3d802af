using System.Globalization;
using System.Runtime.CompilerServices;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Digests;

/// <summary>
/// Reads the segments of an attempt from the cluster, in order, one at a time. Only what the attempt's holder wrote under
/// the name of its place counts: a host may create RunLogs with any content.
/// </summary>
internal sealed class SegmentReader(IKubernetes client, TimeProvider time)
{
    /// <summary>Most segments of an attempt that are read; a run stores 4 MiB in a few of them each turn.</summary>
    public const int MaxSegments = 5_000;

    /// <summary>Most characters of stored data that are read: twice what a runner stores of an attempt.</summary>
    public const long MaxData = 8L * 1024 * 1024;

    private const int Page = 500;
    private const int MaxPages = 100;

    /// <summary>Longest reading of an attempt: digests are made one after the other, and others wait.</summary>
    public static TimeSpan MaxTime { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads the segments of a task's last attempt.</summary>
    /// <param name="task">The task, ended.</param>
    /// <param name="leftOut">Told what is left out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<RunLogSpec> ReadAsync(AgenticTask task, LeftOut leftOut, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (data, writer, started) = (0L, task.Status.Claim?.Holder, time.GetTimestamp());
        foreach (var seq in await IndexAsync(task, leftOut, cancellationToken))
        {
            if (time.GetElapsedTime(started) > MaxTime)
            {
                leftOut.Rest = string.Create(CultureInfo.InvariantCulture, $"reading took more than {MaxTime.TotalSeconds:0} s; segments from {seq} on were not read");
                yield break;
            }

            var name = Labels.RunLogName(task.Uid(), task.Status.Attempt, seq);
            if (await client.TryReadAsync<RunLog>(name, task.Namespace(), cancellationToken) is not { Spec: var spec })
            {
                continue;
            }

            // Without a claim, the attempt was taken back from its holder: whoever wrote first held it.
            var expected = writer ?? spec.Writer;
            if (spec.TaskRef.Uid != task.Uid() || spec.Attempt != task.Status.Attempt || spec.Seq != seq || !spec.IsOf(task, expected))
            {
                leftOut.Foreign++;
                continue;
            }

            writer = expected;

            if ((data += spec.Data.Length) > MaxData)
            {
                leftOut.Rest ??= string.Create(CultureInfo.InvariantCulture, $"more than {MaxData >> 20} MiB are stored; segments from {seq} on were not read");
                yield break;
            }

            yield return spec;
        }
    }

    // The names alone are listed, so that the memory that this takes does not depend on what the segments hold.
    private async Task<IEnumerable<int>> IndexAsync(AgenticTask task, LeftOut leftOut, CancellationToken cancellationToken)
    {
        var found = new SortedSet<int>();
        var select = new ListOptions { LabelSelector = $"{Labels.TranscriptUid}={task.Uid()}", Limit = Page };
        for (var pages = 1; ; pages++)
        {
            var page = await client.ListMetadataAsync<RunLog>(task.Namespace(), select, cancellationToken);
            foreach (var item in page.Items)
            {
                Note(item.Metadata.Name, task, found, leftOut);
            }

            if (string.IsNullOrEmpty(page.Metadata.ContinueProperty))
            {
                return found;
            }

            if (pages == MaxPages)
            {
                leftOut.Rest = string.Create(CultureInfo.InvariantCulture, $"more than {MaxPages * Page} segments bear the task's label; the rest were not looked at");
                return found;
            }

            select = select with { ContinueToken = page.Metadata.ContinueProperty };
        }
    }

    private static void Note(string? name, AgenticTask task, SortedSet<int> found, LeftOut leftOut)
    {
        if (PlaceOf(name, task.Uid()) is not { } place)
        {
            leftOut.Foreign++;
        }
        else if (place.Attempt == task.Status.Attempt)
        {
            found.Add(place.Seq);
            if (found.Count > MaxSegments)
            {
                found.Remove(found.Max);
                leftOut.Rest ??= string.Create(CultureInfo.InvariantCulture, $"the attempt has more than {MaxSegments} segments; the last ones were not read");
            }
        }
    }

    private static (long Attempt, int Seq)? PlaceOf(string? name, string uid) =>
        name is not null && name.StartsWith(uid + "-", StringComparison.Ordinal) && name[(uid.Length + 1)..].Split('-') is [var a, var s]
        && long.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) && int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
        && Labels.RunLogName(uid, attempt, seq) == name
            ? (attempt, seq)
            : null;
}
