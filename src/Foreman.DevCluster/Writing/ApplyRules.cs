using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Writing;

/// <summary>Validates manifests of server-side apply, which may create the object.</summary>
internal static class ApplyRules
{
    public static void CheckManifest(JsonObject manifest, WriteTarget target)
    {
        var type = target.Type;
        ObjectMeta.CheckShape(manifest, type);
        if (manifest.Text("apiVersion") != type.GroupVersion || manifest.Text("kind") != type.Kind)
        {
            throw ApiErrors.BadRequest($"invalid object type: {manifest.Text("apiVersion") ?? "/"}, Kind={manifest.Text("kind")}");
        }

        var metadata = manifest.Metadata();
        var (name, wanted) = (metadata.Text("name") ?? "", target.Name.Name);
        if (name != wanted)
        {
            throw ApiErrors.BadRequest(name.Length == 0
                ? $"the name of the object ({wanted} based on URL) was undeterminable: name must be provided"
                : $"the name of the object ({name}) does not match the name on the URL ({wanted})");
        }

        if (metadata["managedFields"] is not null)
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }

        ObjectMeta.CheckNamespace(metadata, target);
    }

    /// <summary>Unknown fields are rejected whatever the field validation; the API server responds with 500.</summary>
    public static void CheckFields(JsonObject manifest, WriteTarget target)
    {
        var unknown = new List<string>();
        ObjectMeta.Prune(manifest, unknown);
        Schema.Pruning.PruneObject(manifest, target.Type.Schema, unknown);
        if (unknown.Count > 0)
        {
            var type = target.Type;
            throw new ApiException(
                500,
                "",
                $"failed to create typed patch object ({target.Name.Namespace}/{target.Name.Name}; {type.GroupVersion}, Kind={type.Kind}): .{unknown[0]}: field not declared in schema");
        }
    }
}
