using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>Keeps writes from being decided again before they have been read back, and from coming too often.</summary>
internal sealed class WriteLog(ImmutableDictionary<string, RecordedWrite> writes, TimeSpan uptime, RequeueTimer requeue)
{
    /// <summary>A write that was not read back after this long is decided again.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(1);

    private readonly ImmutableDictionary<string, RecordedWrite>.Builder _writes = writes.ToBuilder();

    /// <summary>What is recorded now.</summary>
    public ImmutableDictionary<string, RecordedWrite> Writes => _writes.ToImmutable();

    /// <summary>True when the write is due now; it is then recorded.</summary>
    /// <param name="key">What it is written to.</param>
    /// <param name="body">The write as text.</param>
    /// <param name="least">Least time between two different writes.</param>
    public bool IsDue(string key, string body, TimeSpan least)
    {
        if (_writes.GetValueOrDefault(key) is { } last)
        {
            var due = last.At + (last.Body == body ? RepeatAfter : least);
            if (due > uptime)
            {
                requeue.NoLaterThan(due);
                if (due > last.Until)
                {
                    // Forgotten before it is due, it would be decided at whatever happens next.
                    _writes[key] = last with { Until = due };
                }

                return false;
            }
        }

        _writes[key] = new RecordedWrite(body, uptime, uptime + (least > ForgetAfter ? least : ForgetAfter));
        return true;
    }

    /// <summary>Removes what nothing waits for any more.</summary>
    public void Trim() => _writes.RemoveRange(_writes.Where(w => uptime > w.Value.Until).Select(w => w.Key).ToArray());
}
