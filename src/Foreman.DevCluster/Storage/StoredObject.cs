using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Storage;

/// <summary>The name of an object within its kind; namespace is empty for cluster-scoped kinds. Ordered as lists are: namespace, then name.</summary>
internal readonly record struct ObjectName(string Namespace, string Name) : IComparable<ObjectName>
{
    public int CompareTo(ObjectName other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }
}

/// <summary>One version of one object; immutable, with its JSON text cached.</summary>
internal sealed class StoredObject(ObjectName name, JsonObject root, long resourceVersion)
{
    private byte[]? _utf8;
    private volatile bool _superseded;

    public ObjectName Name { get; } = name;

    public JsonObject Root { get; } = root;

    public long ResourceVersion { get; } = resourceVersion;

    public string Uid { get; } = root.Object("metadata").Text("uid") ?? "";

    /// <summary>The object as JSON; concurrent readers may both compute it, with equal results.</summary>
    public byte[] Utf8 => _utf8 ?? MakeUtf8();

    public bool IsTerminating => Root.Object("metadata").Text("deletionTimestamp") is not null;

    /// <summary>
    /// Drops the cached JSON text once the object is superseded: the history keeps trees, which share strings, but not
    /// thousands of texts.
    /// </summary>
    public void Supersede()
    {
        _superseded = true;
        _utf8 = null;
    }

    private byte[] MakeUtf8()
    {
        var utf8 = JsonTree.ToUtf8(Root);
        if (!_superseded)
        {
            _utf8 = utf8;
        }

        return utf8;
    }
}
