using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>Keeps writes from being decided again before they have been read back, and from coming too often.</summary>
internal sealed class WriteLog(ImmutableDictionary<string, RecordedWrite> writes, TimeSpan uptime, RequeueTimer requeue)
{
    /// <summary>A write that was not read back after this long is decided again.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(1);

    public ImmutableDictionary<string, RecordedWrite> Writes { get; private set; } = writes;

    /// <summary>True when the write is due now; it is then recorded.</summary>
    /// <param name="key">What it is written to.</param>
    /// <param name="body">The write as text.</param>
    /// <param name="least">Least time between two different writes.</param>
    public bool IsDue(string key, string body, TimeSpan least)
    {
        if (Writes.GetValueOrDefault(key) is { } last)
        {
            var due = last.At + (last.Body == body ? RepeatAfter : least);
            if (due > uptime)
            {
                requeue.NoLaterThan(due);
                return false;
            }
        }

        Writes = Writes.SetItem(key, new RecordedWrite(body, uptime));
        return true;
    }

    /// <summary>Removes what is older than a minute.</summary>
    public void Trim() => Writes = Writes.RemoveRange(
        Writes.Where(w => uptime - w.Value.At > ForgetAfter).Select(w => w.Key).ToArray());
}
