using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Foreman.Kubernetes;

/// <summary>An immutable map that evicts the least recently set key when it is full.</summary>
internal sealed record LruMap<TKey, TValue>(int Capacity)
    where TKey : notnull
{
    private ImmutableDictionary<TKey, (long Age, TValue Value)> Entries { get; init; } = ImmutableDictionary<TKey, (long Age, TValue Value)>.Empty;

    private ImmutableSortedDictionary<long, TKey> ByAge { get; init; } = ImmutableSortedDictionary<long, TKey>.Empty;

    private long LastAge { get; init; }

    /// <summary>How many keys are known.</summary>
    public int Count => Entries.Count;

    /// <summary>The value of a key, if it is known.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = Entries.TryGetValue(key, out var entry);
        value = entry.Value;
        return found;
    }

    /// <summary>The map with a value set as the most recent one.</summary>
    public LruMap<TKey, TValue> Set(TKey key, TValue value)
    {
        var age = LastAge + 1;
        var (entries, byAge) = (Entries, ByAge);
        if (entries.TryGetValue(key, out var old))
        {
            byAge = byAge.Remove(old.Age);
        }
        else if (entries.Count >= Capacity)
        {
            var oldest = byAge.First();
            entries = entries.Remove(oldest.Value);
            byAge = byAge.Remove(oldest.Key);
        }

        return this with { Entries = entries.SetItem(key, (age, value)), ByAge = byAge.Add(age, key), LastAge = age };
    }
}
