using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>Turns verb, kind and options into an <see cref="ApiRequest"/>. Does no I/O.</summary>
public static class RequestBuilder
{
    /// <summary>Reads one object.</summary>
    /// <exception cref="ArgumentException">The name or namespace can't stand in a URL, or doesn't fit the kind's scope.</exception>
    public static ApiRequest Read(ResourceType type, string name, string? ns) => new(HttpMethod.Get, ObjectPath(type, name, ns));

    /// <summary>Lists a kind.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and page.</param>
    /// <exception cref="ArgumentException">The namespace doesn't fit the kind's scope.</exception>
    public static ApiRequest List(ResourceType type, string? ns, ListOptions? options = null) =>
        new(HttpMethod.Get, CollectionPath(type, ns) + new QueryString()
            .Add("labelSelector", options?.LabelSelector)
            .Add("fieldSelector", options?.FieldSelector)
            .Add("limit", options?.Limit)
            .Add("continue", options?.ContinueToken)
            .Add("resourceVersion", options?.ResourceVersion)
            .Add("resourceVersionMatch", options?.ResourceVersionMatch));

    /// <summary>Follows a kind.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and start.</param>
    /// <exception cref="ArgumentException">The namespace doesn't fit the kind's scope.</exception>
    public static ApiRequest Watch(ResourceType type, string? ns, WatchOptions options) =>
        new(HttpMethod.Get, CollectionPath(type, ns) + new QueryString()
            .Add("watch", "1")
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("resourceVersion", options.ResourceVersion)
            .AddIf(options.AllowWatchBookmarks, "allowWatchBookmarks", "true")
            .Add("timeoutSeconds", options.TimeoutSeconds));

    /// <summary>Creates an object.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The object's namespace; null for kinds of the cluster.</param>
    /// <param name="body">The object as UTF-8 JSON.</param>
    /// <param name="options">Checks and field manager.</param>
    /// <exception cref="ArgumentException">The namespace is missing or doesn't fit the kind's scope.</exception>
    public static ApiRequest Create(ResourceType type, string? ns, ReadOnlyMemory<byte> body, WriteOptions? options = null)
    {
        options ??= new();
        RequireNamespace(type, ns);
        return new(HttpMethod.Post, CollectionPath(type, ns) + new QueryString()
            .Add("fieldValidation", options.FieldValidation.ToString())
            .Add("fieldManager", options.FieldManager)
            .AddIf(options.DryRun, "dryRun", "All"))
        {
            Body = body,
        };
    }

    /// <summary>Posts to a part of an object.</summary>
    /// <param name="target">The object.</param>
    /// <param name="subresource">Name of the part.</param>
    /// <param name="body">What is posted, as UTF-8 JSON.</param>
    /// <exception cref="ArgumentException">A name can't stand in a URL, or the namespace doesn't fit the kind's scope.</exception>
    public static ApiRequest CreateSubresource(ResourceKey target, string subresource, ReadOnlyMemory<byte> body) =>
        new(HttpMethod.Post, $"{ObjectPath(target.Type, target.Name, target.Namespace)}/{Segment(subresource, "subresource")}") { Body = body };

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

        var part = options.Subresource is { } subresource ? "/" + Segment(subresource, "subresource") : "";
        var validation = options.FieldValidation ?? (options.Subresource is null ? FieldValidation.Strict : FieldValidation.Warn);
        return new(HttpMethod.Patch, ObjectPath(type, name, ns) + part + new QueryString()
            .Add("fieldValidation", validation.ToString())
            .Add("fieldManager", options.FieldManager)
            .AddIf(options.Force && patch.Type == PatchType.ApplyPatch, "force", "true")
            .AddIf(options.DryRun, "dryRun", "All"))
        {
            ContentType = patch.MediaType,
            Body = Utf8(patch.Content),
        };
    }

    /// <summary>Deletes an object.</summary>
    /// <exception cref="ArgumentException">The name or namespace can't stand in a URL, or doesn't fit the kind's scope.</exception>
    public static ApiRequest Delete(ResourceType type, string name, string? ns, DeleteOptions? options = null) =>
        new(HttpMethod.Delete, ObjectPath(type, name, ns)) { Body = options is null ? default : Utf8(DeleteBody(options)) };

    private static JsonObject DeleteBody(DeleteOptions options)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        if (options.PropagationPolicy is { } policy)
        {
            body["propagationPolicy"] = policy.ToString();
        }

        if (options.GracePeriodSeconds is { } seconds)
        {
            body["gracePeriodSeconds"] = seconds;
        }

        if (options.DryRun)
        {
            body["dryRun"] = new JsonArray("All");
        }

        var preconditions = new JsonObject();
        if (options.PreconditionUid is { } uid)
        {
            preconditions["uid"] = uid;
        }

        if (options.PreconditionResourceVersion is { } version)
        {
            preconditions["resourceVersion"] = version;
        }

        if (preconditions.Count > 0)
        {
            body["preconditions"] = preconditions;
        }

        return body;
    }

    private static byte[] Utf8(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    private static string ObjectPath(ResourceType type, string name, string? ns)
    {
        RequireNamespace(type, ns);
        return $"{CollectionPath(type, ns)}/{Segment(name, "name")}";
    }

    private static string CollectionPath(ResourceType type, string? ns)
    {
        if (ns is not null && !type.Namespaced)
        {
            throw new ArgumentException($"{type.Kind} belongs to the cluster, so it can't be asked for in the namespace `{ns}`", nameof(ns));
        }

        if (ns is not null)
        {
            Segment(ns, "namespace");
        }

        return type.CollectionPath(ns);
    }

    private static void RequireNamespace(ResourceType type, string? ns)
    {
        if (type.Namespaced && ns is null)
        {
            throw new ArgumentException($"{type.Kind} lives in a namespace: name one", nameof(ns));
        }
    }

    /// <summary>One segment of a path. The server refuses these names too, but by then the URL means something else.</summary>
    private static string Segment(string text, string what) => text is not ("" or "." or "..") && !text.AsSpan().ContainsAny("/%\\?#")
        ? Uri.EscapeDataString(text)
        : throw new ArgumentException($"`{text}` is not a valid {what}", nameof(text));
}
