using System.Globalization;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Storage;

/// <summary>One change: the version before (null for a new object) and after (null for a deleted one).</summary>
internal sealed class StoreEvent(StoredObject? before, StoredObject? after, long resourceVersion)
{
    private StoredObject? _last;

    public StoredObject? Before { get; } = before;

    public StoredObject? After { get; } = after;

    public long ResourceVersion { get; } = resourceVersion;

    public ObjectName Name => (After ?? Before)!.Name;

    /// <summary>The state before with the resource version of this change, for DELETED events.</summary>
    public StoredObject Last => _last ??= MakeLast();

    private StoredObject MakeLast()
    {
        var root = Before!.Root.Clone();
        root.Metadata()["resourceVersion"] = ResourceVersion.ToString(CultureInfo.InvariantCulture);
        return new StoredObject(Before.Name, root, ResourceVersion);
    }
}
