using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

public static partial class RequestBuilder
{
    /// <summary>Creates an object.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The object's namespace; null for kinds of the cluster.</param>
    /// <param name="body">The object as UTF-8 JSON.</param>
    /// <param name="options">Checks and field manager.</param>
    /// <exception cref="ArgumentException">The namespace is missing or doesn't fit the kind's scope.</exception>
    public static ApiRequest Create(ResourceType type, string? ns, ReadOnlyMemory<byte> body, WriteOptions? options = null)
    {
        ResourcePaths.RequireNamespace(type, ns);
        return new(HttpMethod.Post, ResourcePaths.Collection(type, ns) + Writing(options ?? new())) { Body = body, Verb = "create", Type = type };
    }

    /// <summary>Posts to a part of an object.</summary>
    /// <param name="target">The object.</param>
    /// <param name="subresource">Name of the part.</param>
    /// <param name="body">What is posted, as UTF-8 JSON.</param>
    /// <param name="options">Checks and field manager; null to say nothing about them.</param>
    /// <exception cref="ArgumentException">A name can't stand in a URL, or the namespace doesn't fit the kind's scope.</exception>
    public static ApiRequest CreateSubresource(ResourceKey target, string subresource, ReadOnlyMemory<byte> body, WriteOptions? options = null) =>
        new(HttpMethod.Post, ResourcePaths.Object(target.Type, target.Name, target.Namespace, subresource) + (options is null ? "" : Writing(options)))
        {
            Body = body,
            Verb = "create",
            Type = target.Type,
            Subresource = subresource,
        };

    /// <summary>Replaces an object or a part of it.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="body">The object as UTF-8 JSON, with the resource version that it is based on.</param>
    /// <param name="options">Part, checks and field manager.</param>
    /// <exception cref="ArgumentException">The name or namespace can't stand in a URL, or doesn't fit the kind's scope.</exception>
    public static ApiRequest Replace(ResourceType type, string name, string? ns, ReadOnlyMemory<byte> body, ReplaceOptions? options = null)
    {
        options ??= new();
        return new(HttpMethod.Put, ResourcePaths.Object(type, name, ns, options.Subresource) + new QueryString()
            .Add("fieldValidation", Validation(options.FieldValidation, options.Subresource))
            .Add("fieldManager", options.FieldManager)
            .AddIf(options.DryRun, "dryRun", "All"))
        {
            Body = body,
            Verb = "update",
            Type = type,
            Subresource = options.Subresource,
        };
    }

    /// <summary>Patches an object or a part of it.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="options">Part, checks and field manager.</param>
    /// <exception cref="ArgumentException">
    /// The name or namespace can't stand in a URL, or doesn't fit the kind's scope; an apply names no field manager.
    /// </exception>
    public static ApiRequest Patch(ResourceType type, V1Patch patch, string name, string? ns, PatchOptions? options = null)
    {
        options ??= new();
        if (patch.Type == PatchType.ApplyPatch && string.IsNullOrEmpty(options.FieldManager))
        {
            throw new ArgumentException("server-side apply needs a field manager: set PatchOptions.FieldManager", nameof(options));
        }

        return new(HttpMethod.Patch, ResourcePaths.Object(type, name, ns, options.Subresource) + new QueryString()
            .Add("fieldValidation", Validation(options.FieldValidation, options.Subresource))
            .Add("fieldManager", options.FieldManager)
            .AddIf(options.Force && patch.Type == PatchType.ApplyPatch, "force", "true")
            .AddIf(options.DryRun, "dryRun", "All"))
        {
            ContentType = patch.MediaType,
            Body = Utf8(patch.Content),
            Verb = "patch",
            Type = type,
            Subresource = options.Subresource,
        };
    }

    /// <summary>Deletes an object.</summary>
    /// <exception cref="ArgumentException">The name or namespace can't stand in a URL, or doesn't fit the kind's scope.</exception>
    public static ApiRequest Delete(ResourceType type, string name, string? ns, DeleteOptions? options = null) =>
        new(HttpMethod.Delete, ResourcePaths.Object(type, name, ns)) { Body = DeleteBody.Of(options), Verb = "delete", Type = type };

    /// <summary>Deletes the objects of a kind that are selected.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">Namespace of the objects; null for kinds of the cluster.</param>
    /// <param name="selection">Which objects; null for all of them.</param>
    /// <param name="options">What becomes of owned objects, and dry run.</param>
    /// <exception cref="ArgumentException">The namespace is missing or doesn't fit the kind's scope.</exception>
    public static ApiRequest DeleteCollection(ResourceType type, string? ns, ListOptions? selection = null, DeleteOptions? options = null)
    {
        ResourcePaths.RequireNamespace(type, ns);
        return new(HttpMethod.Delete, ResourcePaths.Collection(type, ns) + Selection(selection))
        {
            Body = DeleteBody.Of(options),
            Verb = "deletecollection",
            Type = type,
        };
    }

    private static QueryString Writing(WriteOptions options) => new QueryString()
        .Add("fieldValidation", Text(options.FieldValidation))
        .Add("fieldManager", options.FieldManager)
        .AddIf(options.DryRun, "dryRun", "All");

    private static string Validation(FieldValidation? chosen, string? subresource) =>
        Text(chosen ?? (subresource is null ? FieldValidation.Strict : FieldValidation.Warn));

    private static string Text(FieldValidation validation) => validation switch
    {
        FieldValidation.Strict => "Strict",
        FieldValidation.Warn => "Warn",
        _ => "Ignore",
    };

    private static byte[] Utf8(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
