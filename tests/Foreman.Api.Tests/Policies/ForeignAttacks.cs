using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Api.Tests.Policies;

/// <summary>Every verb on one object of each kind that belongs to somebody else.</summary>
internal static class ForeignAttacks
{
    private static readonly ResourceType[] WithStatus = [FleetNode.Type, AgenticTask.Type, Agent.Type, Workload.Type, AgentRelease.Type, ModelProfile.Type, ToolRequest.Type];

    public static IEnumerable<Attack> All(PolicyScene scene, Victims victims, IEnumerable<Caller> attackers) =>
        from caller in attackers
        from key in victims.Foreign
        from way in Ways(scene, key)
        select new Attack($"{way.Name} {key.Type.Plural} {key.Name}", caller, "rule ", way.Send);

    private static IEnumerable<(string Name, Func<KubernetesClient, Task> Send)> Ways(PolicyScene scene, ResourceKey key)
    {
        yield return ("labels", Attack.Merge(key, """{"metadata":{"labels":{"attacked":"yes"}}}"""));
        yield return ("applies", client => client.Dynamic.ApplyAsync(Applied(key), new PatchOptions { Force = true, FieldManager = ApiGroup.FieldManager }));
        yield return ("replaces", async client => await client.Dynamic.ReplaceAsync(await ReadAsync(scene, key, "attacked")));
        yield return ("creates one beside", async client => await client.Dynamic.CreateAsync(Copy(await ReadAsync(scene, key))));
        yield return ("deletes", Attack.Delete(key));
        yield return ("deletes all", client => client.Dynamic.DeleteCollectionAsync(key.Type, key.Namespace, new ListOptions { LabelSelector = $"{Victims.Label}={scene.Release}" }));
        if (WithStatus.Contains(key.Type))
        {
            yield return ("writes the status of", client => client.Dynamic.PatchAsync(
                key, V1Patch.Merge(Attack.Json("""{"status":{"conditions":[]}}""")), new PatchOptions { Subresource = "status" }));
        }
    }

    private static JsonObject Applied(ResourceKey key)
    {
        var metadata = new JsonObject { ["name"] = key.Name, ["labels"] = new JsonObject { ["attacked"] = "yes" } };
        if (key.Namespace is { } space)
        {
            metadata["namespace"] = space;
        }

        return Victims.Of(key.Type, metadata);
    }

    private static async Task<JsonObject> ReadAsync(PolicyScene scene, ResourceKey key, string? label = null)
    {
        var stored = await scene.Admin.Dynamic.TryReadAsync(key.Type, key.Name, key.Namespace) ?? throw new InvalidOperationException($"{key.Type.Plural} {key.Name} is gone");
        if (label is not null)
        {
            stored["metadata"]!["labels"]![label] = "yes";
        }

        return stored;
    }

    private static JsonObject Copy(JsonObject stored)
    {
        stored.Remove("status");
        var metadata = stored["metadata"]!.AsObject();
        foreach (var name in metadata.Select(field => field.Key).Except(["name", "namespace", "labels", "ownerReferences"], StringComparer.Ordinal).ToList())
        {
            metadata.Remove(name);
        }

        metadata["name"] = (string)metadata["name"]! + "-new";
        return stored;
    }
}
