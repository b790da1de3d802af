using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Foreman.Kubernetes.Json;

/// <summary>Labels or annotations as an array of a few pairs, searched linearly, to save memory.</summary>
internal sealed class CompactMap(KeyValuePair<string, string>[] pairs) : IReadOnlyDictionary<string, string>
{
    private const int Slots = 4 * 1024;

    private static readonly CompactMap?[] Shared = new CompactMap?[Slots];

    public static CompactMap Empty { get; } = new([]);

    /// <summary>A map of these pairs; usually a shared instance, because many objects have equal labels.</summary>
    public static CompactMap Of(List<KeyValuePair<string, string>> pairs)
    {
        var hash = 0;
        foreach (var (key, value) in pairs)
        {
            hash = HashCode.Combine(hash, key, value);
        }

        ref var slot = ref Shared[hash & (Slots - 1)];
        var known = Volatile.Read(ref slot);
        if (known is not null && known.Equals(pairs))
        {
            return known;
        }

        var map = new CompactMap([.. pairs]);
        Volatile.Write(ref slot, map);
        return map;
    }

    public int Count => pairs.Length;

    public IEnumerable<string> Keys => pairs.Select(pair => pair.Key);

    public IEnumerable<string> Values => pairs.Select(pair => pair.Value);

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"there is no `{key}`");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        foreach (var pair in pairs)
        {
            if (pair.Key == key)
            {
                value = pair.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => pairs.AsEnumerable().GetEnumerator();

    private bool Equals(List<KeyValuePair<string, string>> others)
    {
        if (others.Count != pairs.Length)
        {
            return false;
        }

        for (var i = 0; i < pairs.Length; i++)
        {
            if (others[i].Key != pairs[i].Key || others[i].Value != pairs[i].Value)
            {
                return false;
            }
        }

        return true;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
