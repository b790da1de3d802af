using System.Text;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Builtins;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Writing;

/// <summary>The rules of metadata that hold for every kind.</summary>
internal static class ObjectMeta
{
    private const int MaxNameLength = 253;
    private const int MaxAnnotations = 256 * 1024;

    /// <summary>Fields that only the server sets; client values are replaced by the stored ones.</summary>
    private static readonly string[] ServerFields = ["uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"];

    public static void Prune(JsonObject root, List<string> unknown)
    {
        var found = new List<string>();
        var holder = new JsonObject();
        var metadata = root.Metadata();
        root.Remove("metadata");
        holder["metadata"] = metadata;
        Pruning.PruneObject(metadata, BuiltinSchemas.ObjectMeta, found);
        unknown.AddRange(found.Select(path => "metadata." + path));
        holder.Remove("metadata");
        root["metadata"] = metadata;
    }

    /// <summary>Rejects metadata of the wrong shape.</summary>
    public static void CheckShape(JsonObject root, ResourceDefinition type)
    {
        if (root.ContainsKey("metadata") && root["metadata"] is not JsonObject)
        {
            throw ApiErrors.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: metadata must be an object");
        }

        var metadata = root.Metadata();
        metadata.RemoveAll([.. metadata.Where(field => field.Value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 }).Select(field => field.Key)]);
        var errors = new FieldErrors(FieldError.WrongType);
        SchemaValidator.Validate(metadata, BuiltinSchemas.ObjectMeta, FieldPath.Root.Field("metadata"), errors);
        if (errors.Count > 0)
        {
            throw ApiErrors.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: {string.Join(", ", errors)}");
        }
    }

    /// <summary>Checks that the object is the one in the path.</summary>
    public static void CheckAddress(JsonObject metadata, WriteTarget target)
    {
        CheckNamespace(metadata, target);
        var name = metadata.Text("name") ?? "";
        if (name != target.Name.Name)
        {
            throw ApiErrors.BadRequest(name.Length == 0
                ? "name must be provided"
                : $"the name of the object ({name}) does not match the name on the URL ({target.Name.Name})");
        }
    }

    public static void CheckNamespace(JsonObject metadata, WriteTarget target)
    {
        var space = metadata.Text("namespace") ?? "";
        if (!target.Type.Namespaced)
        {
            metadata.Remove("namespace");
        }
        else if (space.Length == 0)
        {
            metadata["namespace"] = target.Name.Namespace;
        }
        else if (space != target.Name.Namespace)
        {
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    public static void Validate(JsonObject metadata, ResourceDefinition type, FieldErrors errors)
    {
        var name = metadata.Text("name") ?? "";
        if (name.Length == 0)
        {
            errors.Add(FieldError.Required("metadata.name", "name or generateName is required"));
        }
        else if (name.Length > MaxNameLength)
        {
            errors.Add(FieldError.Invalid("metadata.name", $"\"{name}\"", $"must be no more than {MaxNameLength} characters"));
        }
        else if (NameRules.CheckName(name, type) is { } fault)
        {
            errors.Add(FieldError.Invalid("metadata.name", $"\"{name}\"", fault));
        }

        foreach (var (key, value) in (metadata.Object("labels") ?? []).TakeWhile(_ => !errors.IsFull))
        {
            NameRules.CheckLabel(key, JsonTree.AsText(value) ?? "", errors);
        }

        var size = 0L;
        foreach (var (key, value) in metadata.Object("annotations") ?? [])
        {
            if (!errors.IsFull)
            {
                NameRules.CheckKey(key, "metadata.annotations", errors);
            }

            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(JsonTree.AsText(value) ?? "");
        }

        if (size > MaxAnnotations)
        {
            errors.Add(FieldError.TooLong("metadata.annotations", MaxAnnotations));
        }

        foreach (var finalizer in (metadata.Array("finalizers") ?? []).TakeWhile(_ => !errors.IsFull))
        {
            NameRules.CheckKey(JsonTree.AsText(finalizer) ?? "", "metadata.finalizers", errors);
        }

        OwnerRules.Check(metadata.Array("ownerReferences"), errors);
    }

    /// <summary>Restores server-set fields from the stored object.</summary>
    public static void KeepServerFields(JsonObject metadata, JsonObject stored)
    {
        foreach (var field in ServerFields)
        {
            if (stored[field] is { } value)
            {
                metadata[field] = value.DeepClone();
            }
            else
            {
                metadata.Remove(field);
            }
        }
    }

    /// <summary>Warnings about new finalizers without a domain, as in the API server.</summary>
    public static IEnumerable<string> FinalizerWarnings(JsonObject metadata, JsonObject? stored) =>
        Finalizers(metadata).Except(Finalizers(stored), StringComparer.Ordinal)
            .Where(name => !name.Contains('/', StringComparison.Ordinal) && name is not ("orphan" or ObjectDeleter.ForegroundFinalizer))
            .Select(name => $"metadata.finalizers: \"{name}\": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers");

    private static IEnumerable<string> Finalizers(JsonObject? metadata) => (metadata.Array("finalizers") ?? []).Select(JsonTree.AsText).OfType<string>();

    /// <summary>A terminating object may lose finalizers, but not gain any.</summary>
    public static void CheckFinalizers(JsonObject metadata, JsonObject stored, FieldErrors errors)
    {
        if (stored.Text("deletionTimestamp") is null)
        {
            return;
        }

        var old = (stored.Array("finalizers") ?? []).Select(JsonTree.AsText).ToHashSet(StringComparer.Ordinal);
        var added = (metadata.Array("finalizers") ?? []).Select(JsonTree.AsText).Where(name => !old.Contains(name)).ToArray();
        if (added.Length > 0)
        {
            var list = string.Join(", ", added.Select(name => $"\"{name}\""));
            errors.Add(FieldError.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}"));
        }
    }
}
