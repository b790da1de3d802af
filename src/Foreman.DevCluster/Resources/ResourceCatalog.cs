using System.Collections.Immutable;

namespace Foreman.DevCluster.Resources;

/// <summary>All served kinds; readers see a consistent snapshot.</summary>
internal sealed class ResourceCatalog
{
    private ImmutableSortedDictionary<string, ResourceDefinition> _byKey = ImmutableSortedDictionary.Create<string, ResourceDefinition>(StringComparer.Ordinal);
    private long _generation;

    /// <summary>Incremented with every change, so that derived documents can be invalidated.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    public IEnumerable<ResourceDefinition> All => Volatile.Read(ref _byKey).Values;

    public ResourceDefinition? Find(string group, string version, string plural) =>
        Volatile.Read(ref _byKey).GetValueOrDefault(Key(group, version, plural));

    public void Set(ResourceDefinition definition)
    {
        ImmutableInterlocked.Update(ref _byKey, static (map, item) => map.SetItem(Key(item.Group, item.Version, item.Plural), item), definition);
        Interlocked.Increment(ref _generation);
    }

    public void Remove(string group, string plural)
    {
        ImmutableInterlocked.Update(
            ref _byKey,
            static (map, gone) => map.RemoveRange(map.Where(entry => entry.Value.Group == gone.group && entry.Value.Plural == gone.plural).Select(entry => entry.Key)),
            (group, plural));
        Interlocked.Increment(ref _generation);
    }

    private static string Key(string group, string version, string plural) => group + "/" + version + "/" + plural;
}
