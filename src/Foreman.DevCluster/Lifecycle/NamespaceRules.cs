using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Rules of namespaces: Active until deleted, then Terminating until empty.</summary>
internal sealed class NamespaceRules : KindRules
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    public override void Prepare(JsonObject root, JsonObject? stored)
    {
        var metadata = root.Metadata();
        if (metadata.Object("labels") is not { } labels)
        {
            labels = [];
            metadata["labels"] = labels;
        }

        labels[NameLabel] = metadata.Text("name");
        root["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        root["status"] = new JsonObject { ["phase"] = metadata.Text("deletionTimestamp") is null ? "Active" : "Terminating" };
    }

    public override bool DeletesLater(StoredObject item, ResourceDefinition type) => true;
}
