using System.Text.Json;

namespace Foreman.DevCluster.Json;

/// <summary>
/// The bounds of JSON trees. All code that walks trees calls itself for each level, so the depth is bounded wherever a tree comes
/// into being: when it is read, and when a patch puts one into another.
/// </summary>
internal static class TreeLimits
{
    /// <summary>Deepest nesting of objects and arrays; kube-apiserver reads 10,000 levels.</summary>
    public const int Depth = 512;

    /// <summary>Most values of one request body: a value of one byte takes a hundred bytes as a tree.</summary>
    public const int Values = 262_144;

    /// <summary>Most bytes of one stored object as JSON: etcd's limit for one request, 1.5 MiB.</summary>
    public const int StoredBytes = 1536 * 1024;
}

/// <summary>Counts the values of one tree while it is read.</summary>
internal struct ValueCount
{
    /// <summary>How many there are so far.</summary>
    public int Count { get; private set; }

    /// <exception cref="JsonException">There are too many.</exception>
    public void Add(int values = 1)
    {
        Count += values;
        if (Count > TreeLimits.Values)
        {
            throw new JsonException($"it holds more than {TreeLimits.Values} values");
        }
    }
}
