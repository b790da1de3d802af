using System.Collections.Immutable;
using System.Globalization;

namespace Foreman.Kubernetes;

/// <summary>How events are held together, as in client-go's correlator.</summary>
/// <param name="Capacity">Most keys that are remembered, of each sort.</param>
/// <param name="MaxSimilar">The so-manieth similar event, and each after it, is folded into one.</param>
/// <param name="SimilarInterval">After so long without a similar event counting begins anew.</param>
/// <param name="Burst">So many events about one object may be told at once.</param>
/// <param name="Refill">Each time this has passed, one more.</param>
internal sealed record CorrelatorRules(int Capacity, int MaxSimilar, TimeSpan SimilarInterval, int Burst, TimeSpan Refill);

/// <summary>All that a correlator knows.</summary>
internal sealed record CorrelatorState
{
    public CorrelatorState(int capacity)
    {
        Similar = new(capacity);
        Told = new(capacity);
        Buckets = new(capacity);
    }

    /// <summary>Messages of similar events, and when the last came.</summary>
    public LruMap<EventGroup, (ImmutableHashSet<string> Messages, TimeSpan Last)> Similar { get; init; }

    /// <summary>Events as they were told last.</summary>
    public LruMap<EventKey, EventEntry> Told { get; init; }

    /// <summary>How many events about an object may still be told, as of a time.</summary>
    public LruMap<EventSubject, (double Tokens, TimeSpan At)> Buckets { get; init; }

    /// <summary>Last mark that went into a name.</summary>
    public long LastMark { get; init; }
}

/// <summary>What becomes of an event.</summary>
/// <param name="State">What the correlator knows now.</param>
/// <param name="Key">The Event that tells it.</param>
/// <param name="Entry">That Event's name and count.</param>
/// <param name="Message">The message to write.</param>
/// <param name="Dropped">True when too much is told about the object: nothing is written.</param>
internal sealed record CorrelatorStep(CorrelatorState State, EventKey Key, EventEntry Entry, string Message, bool Dropped);

/// <summary>
/// The rules by which events are counted, folded and dropped, without I/O or clock. Equal events become one with a count.
/// Similar ones, which differ in the message alone, become one from the tenth different message on. What comes too often
/// about one object is dropped, and counted with the next that passes.
/// </summary>
internal static class EventCorrelator
{
    private const string FoldedPrefix = "(combined from similar events): ";

    /// <summary>Most characters of an object's name.</summary>
    private const int MaxName = 253;

    /// <summary>Decides about one event.</summary>
    /// <param name="state">What is known.</param>
    /// <param name="facts">The event.</param>
    /// <param name="rules">Limits.</param>
    /// <param name="now">Time since the correlator began.</param>
    /// <param name="mark">Time of day in ticks, from which names of new Events are made.</param>
    public static CorrelatorStep Correlate(CorrelatorState state, EventFacts facts, CorrelatorRules rules, TimeSpan now, long mark)
    {
        var (aggregated, folded) = Aggregate(state, facts, rules, now);
        var key = new EventKey(facts.Group, folded ? null : facts.Message);
        var (counted, entry) = Count(aggregated, key, mark);
        var (filtered, passes) = Spend(counted, facts.Subject, rules, now);
        return new(filtered, key, entry, folded ? FoldedPrefix + facts.Message : facts.Message, Dropped: !passes);
    }

    /// <summary>A new name for an Event that is no longer there; counting begins again.</summary>
    public static (CorrelatorState State, EventEntry Entry) Renew(CorrelatorState state, EventKey key, long mark)
    {
        var fresh = Math.Max(mark, state.LastMark + 1);
        var entry = new EventEntry(NewName(key.Group.Subject.Name, fresh), 1);
        return (state with { Told = state.Told.Set(key, entry), LastMark = fresh }, entry);
    }

    private static (CorrelatorState State, bool Folded) Aggregate(CorrelatorState state, EventFacts facts, CorrelatorRules rules, TimeSpan now)
    {
        var known = state.Similar.TryGet(facts.Group, out var similar) && now - similar.Last <= rules.SimilarInterval ? similar.Messages : [];
        var messages = known.Add(facts.Message);
        var folded = messages.Count >= rules.MaxSimilar;

        // The first ones keep their own Events; the set does not grow further.
        return (state with { Similar = state.Similar.Set(facts.Group, (folded ? known : messages, now)) }, folded);
    }

    private static (CorrelatorState State, EventEntry Entry) Count(CorrelatorState state, EventKey key, long mark)
    {
        if (!state.Told.TryGet(key, out var before))
        {
            return Renew(state, key, mark);
        }

        var entry = before with { Count = before.Count < int.MaxValue ? before.Count + 1 : before.Count };
        return (state with { Told = state.Told.Set(key, entry) }, entry);
    }

    private static (CorrelatorState State, bool Passes) Spend(CorrelatorState state, EventSubject subject, CorrelatorRules rules, TimeSpan now)
    {
        var tokens = state.Buckets.TryGet(subject, out var bucket)
            ? Math.Min(rules.Burst, bucket.Tokens + ((now - bucket.At) / rules.Refill))
            : rules.Burst;
        var passes = tokens >= 1;
        return (state with { Buckets = state.Buckets.Set(subject, (passes ? tokens - 1 : tokens, now)) }, passes);
    }

    /// <summary>The object's name and a mark that grows, as other recorders name their Events.</summary>
    private static string NewName(string name, long mark)
    {
        var suffix = "." + mark.ToString("x16", CultureInfo.InvariantCulture);
        return (name.Length + suffix.Length <= MaxName ? name : name[..(MaxName - suffix.Length)].TrimEnd('.', '-')) + suffix;
    }
}
