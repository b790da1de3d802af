using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>Keeps writes from being decided again before they have been read back, and from coming too often.</summary>
/// <param name="writes">What is recorded.</param>
/// <param name="uptime">Uptime of the decision.</param>
/// <param name="requeue">Told when a write that is held falls due.</param>
/// <param name="trimmed">When one of these writes is forgotten, as the last decision found; null when that is not known.</param>
internal sealed class WriteLog(ImmutableDictionary<string, RecordedWrite> writes, TimeSpan uptime, RequeueTimer requeue, TrimmedWrites? trimmed = null)
{
    /// <summary>A write that was not read back after this long is decided again.</summary>
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(1);

    private readonly ImmutableDictionary<string, RecordedWrite>.Builder _writes = writes.ToBuilder();
    private TimeSpan _nextTrim = trimmed is not null && ReferenceEquals(trimmed.Writes, writes) ? trimmed.Next : TimeSpan.MinValue;

    /// <summary>What is recorded now.</summary>
    public ImmutableDictionary<string, RecordedWrite> Writes => _writes.ToImmutable();

    /// <summary>When one of them is forgotten.</summary>
    public TrimmedWrites Trimmed => new(Writes, _nextTrim);

    /// <summary>What is recorded of one write; null for nothing.</summary>
    /// <param name="key">What it is written to.</param>
    public RecordedWrite? Find(string key) => _writes.GetValueOrDefault(key);

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
                    // Forgotten before it is due, it would be decided at whatever happens next. A queue that grows puts it off: the same time again is for that.
                    _writes[key] = last with { Until = due + (due - last.At) };
                }

                return false;
            }
        }

        var until = uptime + (least > ForgetAfter ? least : ForgetAfter);
        _writes[key] = new RecordedWrite(body, uptime, until);
        _nextTrim = until < _nextTrim ? until : _nextTrim;
        return true;
    }

    /// <summary>Removes what nothing waits for any more.</summary>
    public void Trim()
    {
        if (uptime <= _nextTrim)
        {
            return;
        }

        _writes.RemoveRange(_writes.Where(w => uptime > w.Value.Until).Select(w => w.Key).ToArray());
        _nextTrim = _writes.Count == 0 ? TimeSpan.MaxValue : _writes.Min(w => w.Value.Until);
    }
}

/// <summary>When recorded writes are to be gone through for those that nothing waits for.</summary>
/// <param name="Writes">The writes.</param>
/// <param name="Next">No earlier than this.</param>
internal sealed record TrimmedWrites(ImmutableDictionary<string, RecordedWrite> Writes, TimeSpan Next);
