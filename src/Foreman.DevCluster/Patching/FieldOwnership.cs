using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Patching;

/// <summary>
/// Updates managedFields on writes other than server-side apply. Ownership is tracked only for objects that were applied at
/// least once, to keep status writes cheap.
/// </summary>
internal static class FieldOwnership
{
    public static void Track(JsonObject root, JsonObject stored, WriteTarget target, WriteOptions options, string now)
    {
        var budget = new PathBudget();
        var owners = ManagedFields.Read(root.Metadata(), budget);
        if (owners.Count == 0 || options.Applied)
        {
            return;
        }

        var before = FieldPaths.Leaves(stored, target.Type.Schema, target.IsStatus, budget);
        var after = FieldPaths.Leaves(root, target.Type.Schema, target.IsStatus, budget);
        var changed = after.Where(leaf => !before.TryGetValue(leaf.Key, out var old) || !JsonTree.Same(old, leaf.Value)).Select(leaf => leaf.Key).ToHashSet(StringComparer.Ordinal);
        var gone = before.Keys.Where(path => !after.ContainsKey(path)).ToHashSet(StringComparer.Ordinal);
        if (changed.Count == 0 && gone.Count == 0)
        {
            return;
        }

        foreach (var owner in owners)
        {
            owner.Paths.ExceptWith(changed);
            owner.Paths.ExceptWith(gone);
        }

        var subresource = target.Subresource ?? "";
        var mine = owners.Find(owner => owner.Is(options.FieldManager, "Update", subresource));
        var paths = mine?.Paths ?? new HashSet<string>(StringComparer.Ordinal);
        paths.UnionWith(changed);
        var others = owners.Where(owner => !ReferenceEquals(owner, mine));
        ManagedFields.Write(root.Metadata(), [.. others, new FieldOwner(options.FieldManager, "Update", subresource, paths) { Time = now }], target.Type.GroupVersion);
    }
}
