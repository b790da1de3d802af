using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Admission;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Writing;

/// <summary>Options of a delete.</summary>
internal sealed record DeleteOptions(string? Uid = null, string? ResourceVersion = null, bool DryRun = false, bool Orphan = false, bool Foreground = false)
{
    private const string ForegroundPolicy = "Foreground";

    /// <summary>Who deletes.</summary>
    public ClusterUser User { get; init; } = ClusterUser.Admin;

    /// <summary>Collects what policies warn about, for the response headers.</summary>
    public List<string> Warnings { get; } = [];

    public static DeleteOptions Parse(JsonObject? body, bool dryRun, string? propagation)
    {
        var preconditions = body.Object("preconditions");
        var asked = body.Text("propagationPolicy") ?? propagation ?? "";
        if (asked is not ("" or "Background" or ForegroundPolicy or "Orphan"))
        {
            throw ApiErrors.Invalid(
                "meta.k8s.io", "DeleteOptions", "", [FieldError.NotSupported("propagationPolicy", $"\"{asked}\"", ["\"Background\"", "\"Foreground\"", "\"Orphan\""])]);
        }

        return new DeleteOptions(
            preconditions.Text("uid"),
            preconditions.Text("resourceVersion"),
            dryRun || body.Array("dryRun")?.Count > 0,
            asked == "Orphan" || JsonTree.AsBoolean(body?["orphanDependents"]) == true,
            asked == ForegroundPolicy);
    }
}

/// <summary>The object, and whether it was removed (else it waits for its finalizers).</summary>
internal sealed record DeleteResult(StoredObject Item, bool Gone);

/// <summary>Deletes objects: at once, or when the last finalizer is removed.</summary>
internal sealed class ObjectDeleter(WriteEnvironment environment, Action<StoredObject> orphan)
{
    /// <summary>Finalizer of foreground deletion, until the dependents are removed.</summary>
    public const string ForegroundFinalizer = "foregroundDeletion";

    public DeleteResult Delete(ResourceDefinition type, ObjectName name, DeleteOptions options) => environment.Store.Transact(() =>
    {
        var stored = environment.Store.Find(type.GroupResource, name) ?? throw ApiErrors.NotFound(type, name.Name);
        CheckPreconditions(type, stored, options);
        environment.Policies?.Check(new AdmissionRequest(AdmissionRequest.Delete, type, name) { OldObject = stored.Root, DryRun = options.DryRun, User = options.User }, options.Warnings);
        if (options.DryRun)
        {
            return new DeleteResult(stored, Gone: true);
        }

        if (options.Orphan)
        {
            orphan(stored);
        }

        var later = environment.Rules(type).DeletesLater(stored, type);
        if (options.Foreground && !later && !stored.IsTerminating)
        {
            return new DeleteResult(MarkForDeletion(type, stored, ForegroundFinalizer), Gone: false);
        }

        return later || stored.Root.Object("metadata").Array("finalizers") is { Count: > 0 }
            ? new DeleteResult(MarkForDeletion(type, stored), Gone: false)
            : new DeleteResult(environment.Store.Remove(type.GroupResource, name)!, Gone: true);
    });

    /// <summary>Deletes for the garbage collector, without a definition; finalizers are respected.</summary>
    public void Collect(string groupResource, StoredObject item) => environment.Store.Transact(() =>
    {
        if (environment.Store.Find(groupResource, item.Name) is not { } stored || stored.Uid != item.Uid)
        {
            return false;
        }

        if (stored.Root.Object("metadata").Array("finalizers") is not { Count: > 0 })
        {
            environment.Store.Remove(groupResource, item.Name);
        }
        else if (!stored.IsTerminating)
        {
            environment.Store.Put(groupResource, stored.Name, WithDeletionTimestamp(stored, tracksGeneration: true));
        }

        return true;
    });

    /// <summary>Removes one finalizer of a terminating object; without finalizers the object is removed.</summary>
    public void Release(string groupResource, StoredObject stored, string finalizer)
    {
        var root = stored.Root.Clone();
        var finalizers = root.Metadata().Array("finalizers") ?? [];
        foreach (var name in finalizers.Where(name => JsonTree.AsText(name) == finalizer).ToArray())
        {
            finalizers.Remove(name);
        }

        if (finalizers.Count == 0)
        {
            environment.Store.Remove(groupResource, stored.Name);
        }
        else
        {
            environment.Store.Put(groupResource, stored.Name, root);
        }
    }

    private StoredObject MarkForDeletion(ResourceDefinition type, StoredObject stored, string? finalizer = null)
    {
        if (stored.IsTerminating)
        {
            return stored;
        }

        var root = WithDeletionTimestamp(stored, type.Custom || environment.Rules(type).TracksGeneration);
        if (finalizer is not null)
        {
            var finalizers = root.Metadata().Array("finalizers") ?? [];
            finalizers.Add((JsonNode)finalizer);
            root.Metadata()["finalizers"] = finalizers.Parent is null ? finalizers : finalizers.DeepClone();
        }

        environment.Rules(type).Prepare(root, stored.Root);
        var marked = environment.Store.Put(type.GroupResource, stored.Name, root);
        environment.Rules(type).Stored(marked);
        return marked;
    }

    private JsonObject WithDeletionTimestamp(StoredObject stored, bool tracksGeneration)
    {
        var root = stored.Root.Clone();
        var metadata = root.Metadata();
        metadata["deletionTimestamp"] = environment.Timestamp();
        metadata["deletionGracePeriodSeconds"] = 0L;
        if (tracksGeneration && JsonTree.AsInteger(metadata["generation"]) is { } generation)
        {
            metadata["generation"] = generation + 1;
        }

        return root;
    }

    private static void CheckPreconditions(ResourceDefinition type, StoredObject stored, DeleteOptions options)
    {
        if (options.Uid is { } uid && uid != stored.Uid)
        {
            throw ApiErrors.Conflict(
                type, stored.Name.Name, $"the UID in the precondition ({uid}) does not match the UID in record ({stored.Uid}). The object might have been deleted and then recreated", type.Kind);
        }

        var version = stored.ResourceVersion.ToString(CultureInfo.InvariantCulture);
        if (options.ResourceVersion is { } asked && asked != version)
        {
            throw ApiErrors.Conflict(
                type, stored.Name.Name, $"the ResourceVersion in the precondition ({asked}) does not match the ResourceVersion in record ({version}). The object might have been modified", type.Kind);
        }
    }
}
