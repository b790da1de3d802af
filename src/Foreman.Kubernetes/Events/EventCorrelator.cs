using System.Collections.Immutable;
using System.Globalization;

namespace Foreman.Kubernetes;

/// <summary>Limits of event correlation, as in client-go's EventCorrelator.</summary>
/// <param name="Capacity">Bound on cached keys of each kind.</param>
/// <param name="MaxSimilar">From this number of different messages on, similar events are aggregated into one.</param>
/// <param name="SimilarInterval">After this time without a similar event, counting starts again.</param>
/// <param name="Burst">Burst of events about one object.</param>
/// <param name="Refill">Time after which one more event is allowed.</param>
internal sealed record CorrelatorRules(int Capacity, int MaxSimilar, TimeSpan SimilarInterval, int Burst, TimeSpan Refill);

/// <summary>The state of the correlator; immutable.</summary>
internal sealed record CorrelatorState
{
    public CorrelatorState(int capacity)
    {
        Similar = new(capacity);
        Published = new(capacity);
        Buckets = new(capacity);
    }

    /// <summary>Messages of similar events, and when the last came.</summary>
    public LruMap<EventGroup, (ImmutableHashSet<string> Messages, TimeSpan Last)> Similar { get; init; }

    /// <summary>Events as last published.</summary>
    public LruMap<EventKey, EventEntry> Published { get; init; }

    /// <summary>Token buckets per object: tokens left as of a time.</summary>
    public LruMap<EventSubject, (double Tokens, TimeSpan At)> Buckets { get; init; }

    /// <summary>Last suffix used in a name.</summary>
    public long LastNameSuffix { get; init; }
}

/// <summary>The outcome for one event.</summary>
/// <param name="State">The state afterwards.</param>
/// <param name="Key">Key of the stored Event.</param>
/// <param name="Entry">That Event's name and count.</param>
/// <param name="Message">The message to write.</param>
/// <param name="Dropped">True when the rate limit for the object is reached: nothing is written.</param>
internal sealed record CorrelatorStep(CorrelatorState State, EventKey Key, EventEntry Entry, string Message, bool Dropped);

/// <summary>
/// Counts, aggregates and rate-limits events, without I/O or clock. Equal events become one with a count; similar ones, which
/// differ only in the message, are aggregated from the tenth different message on; events over the rate limit of an object
/// are dropped, and counted with the next one that is allowed.
/// </summary>
internal static class EventCorrelator
{
    private const string AggregatedPrefix = "(combined from similar events): ";

    /// <summary>Most characters of an object's name.</summary>
    private const int MaxName = 253;

    /// <summary>Correlates one event.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="facts">The event.</param>
    /// <param name="rules">Limits.</param>
    /// <param name="now">Time since the correlator began.</param>
    /// <param name="nameSuffix">Time of day in ticks, the suffix of names of new Events.</param>
    public static CorrelatorStep Correlate(CorrelatorState state, EventFacts facts, CorrelatorRules rules, TimeSpan now, long nameSuffix)
    {
        var (recorded, aggregated) = Aggregate(state, facts, rules, now);
        var key = new EventKey(facts.Group, aggregated ? null : facts.Message);
        var (counted, entry) = Count(recorded, key, nameSuffix);
        var (filtered, passes) = TakeToken(counted, facts.Subject, rules, now);
        return new(filtered, key, entry, aggregated ? AggregatedPrefix + facts.Message : facts.Message, Dropped: !passes);
    }

    /// <summary>A new name for an Event that is no longer there; counting begins again.</summary>
    public static (CorrelatorState State, EventEntry Entry) Renew(CorrelatorState state, EventKey key, long nameSuffix)
    {
        var fresh = Math.Max(nameSuffix, state.LastNameSuffix + 1);
        var entry = new EventEntry(NewName(key.Group.Subject.Name, fresh), 1);
        return (state with { Published = state.Published.Set(key, entry), LastNameSuffix = fresh }, entry);
    }

    private static (CorrelatorState State, bool Aggregated) Aggregate(CorrelatorState state, EventFacts facts, CorrelatorRules rules, TimeSpan now)
    {
        var known = state.Similar.TryGet(facts.Group, out var similar) && now - similar.Last <= rules.SimilarInterval ? similar.Messages : [];
        var messages = known.Add(facts.Message);
        var aggregated = messages.Count >= rules.MaxSimilar;

        // The first ones keep their own Events, so the set need not grow further.
        return (state with { Similar = state.Similar.Set(facts.Group, (aggregated ? known : messages, now)) }, aggregated);
    }

    private static (CorrelatorState State, EventEntry Entry) Count(CorrelatorState state, EventKey key, long nameSuffix)
    {
        if (!state.Published.TryGet(key, out var before))
        {
            return Renew(state, key, nameSuffix);
        }

        var entry = before with { Count = before.Count < int.MaxValue ? before.Count + 1 : before.Count };
        return (state with { Published = state.Published.Set(key, entry) }, entry);
    }

    private static (CorrelatorState State, bool Passes) TakeToken(CorrelatorState state, EventSubject subject, CorrelatorRules rules, TimeSpan now)
    {
        var tokens = state.Buckets.TryGet(subject, out var bucket)
            ? Math.Min(rules.Burst, bucket.Tokens + ((now - bucket.At) / rules.Refill))
            : rules.Burst;
        var passes = tokens >= 1;
        return (state with { Buckets = state.Buckets.Set(subject, (passes ? tokens - 1 : tokens, now)) }, passes);
    }

    /// <summary>The object's name and an increasing suffix, as other recorders name Events.</summary>
    private static string NewName(string name, long nameSuffix)
    {
        var suffix = "." + nameSuffix.ToString("x16", CultureInfo.InvariantCulture);
        return (name.Length + suffix.Length <= MaxName ? name : name[..(MaxName - suffix.Length)].TrimEnd('.', '-')) + suffix;
    }
}
