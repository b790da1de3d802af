namespace Foreman.Testing.Faults;

/// <summary>A call that came to a proxy, as far as it has got.</summary>
/// <param name="Number">From 0, in the order of coming.</param>
/// <param name="At">When it came, by the proxy's clock.</param>
/// <param name="Call">What it was.</param>
public sealed record JournalEntry(int Number, DateTimeOffset At, ApiCall Call)
{
    /// <summary>HTTP/1.1 or HTTP/2.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Status code of the answer; null before there is one, or when there was none.</summary>
    public int? Status { get; init; }

    /// <summary>Bytes of the answer's body so far.</summary>
    public long Bytes { get; init; }

    /// <summary>True when nothing more will come.</summary>
    public bool Ended { get; init; }

    /// <summary>What went wrong with it by will.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{At:HH:mm:ss.fff} {Call} {Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"} {Bytes} B{(Ended ? "" : " open")} {string.Join(", ", Faults)}".TrimEnd();
}

/// <summary>What passed through a proxy.</summary>
public sealed class Journal(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<JournalEntry> _entries = [];
    private readonly List<DateTimeOffset> _connections = [];

    /// <summary>All calls so far, in the order of their coming.</summary>
    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>When clients connected or tried to, refused attempts included.</summary>
    public IReadOnlyList<DateTimeOffset> Connections
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections];
            }
        }
    }

    /// <summary>The calls that match.</summary>
    public IReadOnlyList<JournalEntry> Of(CallMatch match) => [.. Entries.Where(e => match.Fits(e.Call))];

    /// <summary>How many calls match.</summary>
    public int Count(CallMatch match)
    {
        lock (_lock)
        {
            return _entries.Count(e => match.Fits(e.Call));
        }
    }

    /// <summary>The most calls that match within any span of time of this length.</summary>
    public int Busiest(TimeSpan span, CallMatch? match = null)
    {
        var times = Of(match ?? CallMatch.Any).Select(e => e.At).ToList();
        return times.Count == 0 ? 0 : times.Index().Max(start => times.Skip(start.Index).TakeWhile(t => t - start.Item < span).Count());
    }

    /// <summary>Waits until so many calls match.</summary>
    public Task WaitAsync(CallMatch match, int count = 1) =>
        Eventually.TrueAsync(() => Count(match) >= count, $"{count} calls that match {match}");

    /// <summary>All entries, a line each, for the message of a test that fails.</summary>
    public override string ToString() => string.Join('\n', Entries);

    internal JournalEntry Begin(ApiCall call, string protocol, IReadOnlyList<Fault> faults)
    {
        lock (_lock)
        {
            var entry = new JournalEntry(_entries.Count, time.GetUtcNow(), call) { Protocol = protocol, Faults = faults };
            _entries.Add(entry);
            return entry;
        }
    }

    internal void Update(int number, Func<JournalEntry, JournalEntry> change)
    {
        lock (_lock)
        {
            _entries[number] = change(_entries[number]);
        }
    }

    internal void Connected()
    {
        lock (_lock)
        {
            _connections.Add(time.GetUtcNow());
        }
    }
}
