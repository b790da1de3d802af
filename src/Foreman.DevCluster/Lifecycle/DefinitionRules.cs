using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Schema;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Rules of CustomResourceDefinitions: they are established synchronously, so the kind is served once the write returns.</summary>
internal sealed class DefinitionRules(ObjectStore store, ResourceCatalog catalog, Func<string> now) : KindRules
{
    public override bool TracksGeneration => true;

    public override void Prepare(JsonObject root, JsonObject? stored)
    {
        if (root.Object("spec") is not { } spec || spec.Object("names") is not { } names || names.Text("kind") is not { } kind)
        {
            return;
        }

        names["listKind"] ??= kind + "List";
#pragma warning disable CA1308 // Kubernetes names are lower case.
        names["singular"] ??= kind.ToLowerInvariant();
#pragma warning restore CA1308
        spec["conversion"] ??= new JsonObject { ["strategy"] = "None" };
        root["status"] = Status(spec, names, stored.Object("status").Array("conditions"));
    }

    public override void Validate(JsonObject root, JsonObject? stored, FieldErrors errors)
    {
        if (errors.Count == 0 && DefinitionReader.Read(root, errors) is { } definition)
        {
            CheckUnchanged(root, stored, errors);
            if (BuiltinCollision(definition))
            {
                errors.Add(FieldError.Invalid("spec.group", $"\"{definition.Group}\"", "this kind is built in"));
            }
        }
    }

    public override void Stored(StoredObject item)
    {
        if (item.IsTerminating || DefinitionReader.Read(item.Root, new FieldErrors()) is not { } definition)
        {
            return;
        }

        catalog.Remove(definition.Group, definition.Plural);
        catalog.Set(definition);

        // The API server reads stored objects through the current schema: new fields are defaulted, unknown ones are pruned.
        store.Rewrite(definition.GroupResource, old => Read(old, definition));
    }

    /// <summary>Removes the kind with all its objects; called after its definition was removed.</summary>
    public void Removed(StoredObject item)
    {
        if (DefinitionReader.Read(item.Root, new FieldErrors()) is { } definition)
        {
            catalog.Remove(definition.Group, definition.Plural);
            foreach (var name in store.Snapshot(definition.GroupResource).Objects.Keys)
            {
                store.Remove(definition.GroupResource, name);
            }

            store.CloseWatches(definition.GroupResource);
        }
    }

    private static StoredObject Read(StoredObject old, ResourceDefinition definition)
    {
        var root = old.Root.Clone();
        Pruning.PruneObject(root, definition.Schema, []);
        Defaulting.Apply(root, definition.Schema);
        return new StoredObject(old.Name, root, old.ResourceVersion);
    }

    private bool BuiltinCollision(ResourceDefinition definition) =>
        catalog.All.Any(known => !known.Custom && known.Group == definition.Group && known.Plural == definition.Plural);

    private static void CheckUnchanged(JsonObject root, JsonObject? stored, FieldErrors errors)
    {
        foreach (var name in (string[])["group", "scope"])
        {
            var value = root.Object("spec").Text(name);
            if (stored is not null && value != stored.Object("spec").Text(name))
            {
                errors.Add(FieldError.Invalid("spec." + name, $"\"{value}\"", "field is immutable"));
            }
        }
    }

    private JsonObject Status(JsonObject spec, JsonObject names, JsonArray? before)
    {
        var versions = (spec.Array("versions") ?? []).OfType<JsonObject>().Where(version => JsonTree.AsBoolean(version["storage"]) == true);
        return new JsonObject
        {
            ["conditions"] = before is { Count: > 0 } ? before.DeepClone() : new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted")),
            ["acceptedNames"] = names.DeepClone(),
            ["storedVersions"] = new JsonArray([.. versions.Select(version => version["name"]?.DeepClone())]),
        };
    }

    private JsonObject Condition(string type, string reason, string message) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastTransitionTime"] = now(),
        ["reason"] = reason,
        ["message"] = message,
    };
}
