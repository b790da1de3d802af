using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Admission;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Patching;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Schema;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Writing;

/// <summary>Dependencies of writes: store, rules of kinds, clock and name source.</summary>
internal sealed record WriteEnvironment(ObjectStore Store, Func<ResourceDefinition, KindRules> Rules, TimeProvider Time, NameSource Names)
{
    /// <summary>Judges writes before they are stored; null where nothing is judged.</summary>
    public AdmissionPolicies? Policies { get; init; }

    /// <summary>The current time in metadata's format: whole seconds, UTC.</summary>
    public string Timestamp() => Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>Creates and changes objects; each call is atomic under the store's lock.</summary>
internal sealed class ObjectWriter(WriteEnvironment environment)
{
    private static readonly string[] FieldsWithoutGeneration = ["metadata", "status"];

    public StoredObject Create(WriteTarget target, DecodedJson decoded, WriteOptions options)
    {
        var type = target.Type;
        var root = (JsonObject)decoded.Root!;
        ObjectMeta.CheckShape(root, type);
        ObjectDecoder.CheckType(root, type);
        ObjectDecoder.CheckFields(root, type, decoded.Duplicates, options, isPatch: false);
        ObjectDecoder.CheckTypes(root, type, isPatch: false);
        return environment.Store.Transact(() => CreateLocked(target, root, options));
    }

    private StoredObject CreateLocked(WriteTarget target, JsonObject root, WriteOptions options)
    {
        var type = target.Type;
        var metadata = root.Metadata();
        if (metadata.Text("resourceVersion") is { Length: > 0 })
        {
            throw new ApiException(500, "", "resourceVersion should not be set on objects to be created");
        }

        ObjectMeta.CheckNamespace(metadata, target);
        NamespaceLifecycle.Check(environment.Store, target, metadata.Text("name") ?? "");
        var generated = metadata.Text("name") is null or "" && metadata.Text("generateName") is { Length: > 0 };
        if (generated)
        {
            metadata["name"] = environment.Names.Generate(metadata.Text("generateName")!);
        }

        Stamp(metadata, type);
        if (type.HasStatus)
        {
            root.Remove("status");
        }

        if (options.Applied)
        {
            ServerSideApply.TakeOwnership(root, target, options, environment.Timestamp());
        }

        Complete(root, null, type);
        ThrowIfInvalid(root, null, type, "", options);
        WarnAbout(root, null, type, options);
        var name = new ObjectName(target.Name.Namespace, metadata.Text("name")!);
        environment.Policies?.Check(new AdmissionRequest(AdmissionRequest.Create, type, name) { Object = root, DryRun = options.DryRun, User = options.User }, options.Warnings);
        if (environment.Store.Find(type.GroupResource, name) is not null)
        {
            throw ApiErrors.AlreadyExists(type, name.Name);
        }

        return options.DryRun ? new StoredObject(name, root, 0) : Store(type, name, root);
    }

    /// <summary>Changes an object by a pure function of its stored state.</summary>
    public StoredObject Update(WriteTarget target, Func<StoredObject, DecodedJson> change, WriteOptions options, bool isPatch) =>
        environment.Store.Transact(() =>
        {
            var type = target.Type;
            var stored = environment.Store.Find(type.GroupResource, target.Name) ?? throw ApiErrors.NotFound(type, target.Name.Name);
            var decoded = change(stored);
            ObjectMeta.CheckShape((JsonObject)decoded.Root!, type);
            var root = (JsonObject)decoded.Root!;
            ObjectDecoder.CheckType(root, type);
            ObjectMeta.CheckAddress(root.Metadata(), target);
            ObjectDecoder.CheckFields(root, type, decoded.Duplicates, options, isPatch);
            ObjectDecoder.CheckTypes(root, type, isPatch);
            CheckVersion(root.Metadata(), stored, type, isPatch);
            var owners = options.Applied ? (JsonArray?)root.Metadata().Array("managedFields")?.DeepClone() : ManagedFields.Sent(root.Metadata(), stored.Root.Metadata());
            var merged = target.IsStatus ? MergeStatus(root, stored.Root) : MergeMain(root, stored.Root, type);
            ManagedFields.Set(merged.Metadata(), owners);
            return StoreChanged(target, stored, merged, options);
        });

    /// <summary>Replaces an object.</summary>
    public StoredObject Replace(WriteTarget target, DecodedJson decoded, WriteOptions options)
    {
        ObjectMeta.CheckShape((JsonObject)decoded.Root!, target.Type);
        ObjectMeta.CheckAddress(((JsonObject)decoded.Root!).Metadata(), target);
        return Update(target, _ => decoded, options, isPatch: false);
    }

    /// <summary>Server-side apply to an existing object.</summary>
    public StoredObject Apply(WriteTarget target, JsonObject manifest, WriteOptions options) => Update(
        target,
        stored => new DecodedJson(ServerSideApply.Apply(stored.Root, manifest, target, options, environment.Timestamp()), []),
        options,
        isPatch: true);

    private StoredObject StoreChanged(WriteTarget target, StoredObject stored, JsonObject root, WriteOptions options)
    {
        var type = target.Type;
        Complete(root, stored.Root, type);
        ThrowIfInvalid(root, stored.Root, type, target.IsStatus ? "status" : "", options);
        WarnAbout(root, stored.Root, type, options);
        environment.Policies?.Check(
            new AdmissionRequest(AdmissionRequest.Update, type, stored.Name)
            {
                Subresource = target.Subresource ?? "",
                Object = root,
                OldObject = stored.Root,
                DryRun = options.DryRun,
                User = options.User,
            },
            options.Warnings);
        FieldOwnership.Track(root, stored.Root, target, options, environment.Timestamp());
        var metadata = root.Metadata();
        metadata["resourceVersion"] = stored.Root.Object("metadata").Text("resourceVersion");
        if (JsonTree.Same(root, stored.Root))
        {
            return stored;
        }

        if (options.DryRun)
        {
            return new StoredObject(stored.Name, root, stored.ResourceVersion);
        }

        if (metadata.Text("deletionTimestamp") is not null && metadata.Array("finalizers") is null or { Count: 0 } && !environment.Rules(type).DeletesLater(stored, type))
        {
            environment.Store.Remove(type.GroupResource, stored.Name);
            return new StoredObject(stored.Name, root, stored.ResourceVersion);
        }

        return Store(type, stored.Name, root);
    }

    private StoredObject Store(ResourceDefinition type, ObjectName name, JsonObject root)
    {
        if (JsonTree.Size(root, TreeLimits.StoredBytes) > TreeLimits.StoredBytes)
        {
            throw ApiErrors.StoreTooLarge();
        }

        var item = environment.Store.Put(type.GroupResource, name, root);
        environment.Rules(type).Stored(item);
        return item;
    }

    private void Stamp(JsonObject metadata, ResourceDefinition type)
    {
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata.Remove("managedFields");
        metadata.Remove("selfLink");
        metadata.Remove("generation");
        metadata["uid"] = environment.Names.Uid();
        metadata["creationTimestamp"] = environment.Timestamp();
        if (type.Custom || environment.Rules(type).TracksGeneration)
        {
            metadata["generation"] = 1L;
        }
    }

    private static void CheckVersion(JsonObject metadata, StoredObject stored, ResourceDefinition type, bool isPatch)
    {
        var version = metadata.Text("resourceVersion") ?? "";
        if (version.Length == 0 && type.Custom && !isPatch)
        {
            throw ApiErrors.Invalid(type.Group, type.Plural, stored.Name.Name, [FieldError.Invalid("metadata.resourceVersion", "0", "must be specified for an update")]);
        }

        if (version.Length > 0 && version != stored.ResourceVersion.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiErrors.Modified(type, stored.Name.Name);
        }

        if (metadata.Text("deletionTimestamp") is { Length: > 0 } deletion && !stored.IsTerminating)
        {
            throw ApiErrors.Invalid(type, stored.Name.Name, [FieldError.Invalid("metadata.deletionTimestamp", $"\"{deletion}\"", "field is immutable")]);
        }

        if (metadata.Text("uid") is { } uid && uid != stored.Uid)
        {
            throw isPatch
                ? ApiErrors.Invalid(type, stored.Name.Name, [FieldError.Invalid("metadata.uid", $"\"{uid}\"", "field is immutable")])
                : ApiErrors.Conflict(type, stored.Name.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {stored.Uid}");
        }
    }

    private static JsonObject MergeStatus(JsonObject root, JsonObject stored)
    {
        var merged = stored.Clone();
        var status = root["status"];
        root.Remove("status");
        if (status is null)
        {
            merged.Remove("status");
        }
        else
        {
            merged["status"] = status;
        }

        return merged;
    }

    private JsonObject MergeMain(JsonObject root, JsonObject stored, ResourceDefinition type)
    {
        ObjectMeta.KeepServerFields(root.Metadata(), stored.Metadata());
        if (type.HasStatus)
        {
            root.Remove("status");
            if (stored["status"] is { } status)
            {
                root["status"] = status.DeepClone();
            }
        }

        if ((type.Custom || environment.Rules(type).TracksGeneration) && !HasSameSpec(root, stored, type))
        {
            root.Metadata()["generation"] = (JsonTree.AsInteger(stored.Metadata()["generation"]) ?? 0) + 1;
        }

        return root;
    }

    /// <summary>
    /// Compares the desired state: everything but metadata, and but status where it is a subresource, with defaults applied.
    /// </summary>
    private static bool HasSameSpec(JsonObject root, JsonObject stored, ResourceDefinition type)
    {
        Defaulting.Apply(root, type.Schema);
        var outside = type.HasStatus ? FieldsWithoutGeneration : ["metadata"];
        var names = root.Concat(stored).Select(field => field.Key).Distinct(StringComparer.Ordinal);
        return names.Except(outside, StringComparer.Ordinal).All(name => JsonTree.Same(root[name], stored[name]));
    }

    private void Complete(JsonObject root, JsonObject? stored, ResourceDefinition type)
    {
        environment.Rules(type).Prepare(root, stored);
        Defaulting.Apply(root, type.Schema);
    }

    private static void WarnAbout(JsonObject root, JsonObject? stored, ResourceDefinition type, WriteOptions options)
    {
        if (type.Custom)
        {
            options.Warnings.AddRange(ObjectMeta.FinalizerWarnings(root.Metadata(), stored.Object("metadata")));
        }
    }

    private void ThrowIfInvalid(JsonObject root, JsonObject? stored, ResourceDefinition type, string part, WriteOptions options)
    {
        var errors = new FieldErrors();
        var metadata = root.Metadata();
        ObjectMeta.Validate(metadata, type, errors);
        if (stored is not null)
        {
            ObjectMeta.CheckFinalizers(metadata, stored.Metadata(), errors);
        }

        if (part.Length == 0)
        {
            SchemaValidator.Validate(root, type.Schema, FieldPath.Root, errors, type.Custom ? stored : null);
        }
        else if (type.Schema.Properties.TryGetValue(part, out var schema) && root[part] is { } value)
        {
            // Messages of a subresource use paths within it, fields use paths within the object, as in the API server.
            var inner = new FieldErrors();
            SchemaValidator.Validate(value, schema, FieldPath.Root, inner, type.Custom ? stored?[part] : null);
            errors.AddRange(inner.Select(error => error with { Field = error.Field.Length == 0 ? part : $"{part}.{error.Field}" }));
        }

        if (type.Rules is { } rules)
        {
            RuleValidator.Validate(rules, root, stored, errors, options.Warnings);
        }

        environment.Rules(type).Validate(root, stored, errors);
        if (errors.Count > 0)
        {
            throw ApiErrors.Invalid(type, metadata.Text("name") ?? "", errors);
        }
    }
}
