using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Reads and edits metadata.ownerReferences of stored objects.</summary>
internal static class OwnerReferences
{
    public static List<string> Uids(StoredObject item) => [.. References(item.Root).Select(reference => reference.Text("uid") ?? "")];

    /// <summary>Whether the object blocks foreground deletion of an owner.</summary>
    public static bool Blocks(StoredObject item, string ownerUid) =>
        References(item.Root).Any(reference => reference.Text("uid") == ownerUid && JsonTree.AsBoolean(reference["blockOwnerDeletion"]) == true);

    /// <summary>A copy of the object without one of its owners.</summary>
    public static JsonObject Without(StoredObject item, string ownerUid)
    {
        var root = item.Root.Clone();
        var metadata = root.Metadata();
        foreach (var reference in References(root).Where(reference => reference.Text("uid") == ownerUid).ToArray())
        {
            metadata.Array("ownerReferences")!.Remove(reference);
        }

        if (metadata.Array("ownerReferences") is { Count: 0 })
        {
            metadata.Remove("ownerReferences");
        }

        return root;
    }

    private static IEnumerable<JsonObject> References(JsonObject root) => (root.Object("metadata").Array("ownerReferences") ?? []).OfType<JsonObject>();
}
