using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Protobuf;
using Foreman.DevCluster.Resources;
using Foreman.DevCluster.Selection;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>The verbs of one kind: get, list, watch, create, update, patch, delete, deletecollection.</summary>
internal sealed class ResourceEndpoint(ClusterServices services)
{
    public Task HandleAsync(HttpContext context, ApiPath path, ResourceDefinition type)
    {
        if (!path.Fits(type) || (path.Subresource is not null && !(path.Subresource == "status" && type.HasStatus)))
        {
            throw ApiErrors.NoSuchPath();
        }

        var call = new ResourceCall(context, path, type, services.Environment.Time);
        if (type.DeprecationWarning is { } warning)
        {
            ResponseWriter.AddWarnings(context, [warning]);
        }

        return (context.Request.Method, path.Name) switch
        {
            ("GET", null) => ListOrWatchAsync(call),
            ("GET", _) => GetAsync(call),
            ("POST", null) when path.Namespace is not null || !type.Namespaced => CreateAsync(call),
            ("PUT" or "PATCH", null) when type.Custom => throw ApiErrors.BadRequest("name must be provided"),
            ("PUT", not null) => UpdateAsync(call),
            ("PATCH", not null) => PatchAsync(call),
            ("DELETE", null) when path.Namespace is not null || !type.Namespaced => DeleteCollectionAsync(call),
            ("DELETE", null) => throw (type.Custom ? ApiErrors.NoSuchPath() : ApiErrors.MethodNotAllowed()),
            ("DELETE", _) when path.Subresource is null => DeleteAsync(call),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private Task ListOrWatchAsync(ResourceCall call)
    {
        var selection = call.Selection();
        return call.Query.Text("watch") is not null && call.Query.Flag("watch")
            ? services.Watches.HandleAsync(call.Context, call.View, selection, call.Query)
            : services.Lists.HandleAsync(call.Context, call.View, selection, call.Query);
    }

    private Task GetAsync(ResourceCall call)
    {
        var item = services.Store.Find(call.Type.GroupResource, call.Target.Name) ?? throw ApiErrors.NotFound(call.Type, call.Target.Name.Name);
        return call.RespondAsync(200, item);
    }

    private async Task CreateAsync(ResourceCall call)
    {
        var options = call.WriteOptions("CreateOptions");
        var decoded = await ReadObjectAsync(call);
        await call.RespondAsync(201, services.Writer.Create(call.Target, decoded, options), options);
    }

    private async Task UpdateAsync(ResourceCall call)
    {
        var options = call.WriteOptions("UpdateOptions");
        var decoded = await ReadObjectAsync(call);
        await call.RespondAsync(200, services.Writer.Replace(call.Target, decoded, options), options);
    }

    private async Task PatchAsync(ResourceCall call)
    {
        var options = call.WriteOptions("PatchOptions");
        var patch = PatchBody.Read(RequestBody.MediaType(call.Context), await RequestBody.ReadAsync(call.Context), call.Type);
        if (patch.IsApply)
        {
            await ApplyAsync(call, patch.Manifest, options);
            return;
        }

        if (options.Force)
        {
            throw ApiErrors.Invalid("meta.k8s.io", "PatchOptions", "", [FieldError.Forbidden("force", "may not be specified for non-apply patch")]);
        }

        await call.RespondAsync(200, services.Writer.Update(call.Target, patch.ApplyTo, options, isPatch: true), options);
    }

    private Task ApplyAsync(ResourceCall call, JsonObject manifest, WriteOptions options)
    {
        if (string.IsNullOrEmpty(call.Query.Text("fieldManager")))
        {
            throw ApiErrors.Invalid("meta.k8s.io", "PatchOptions", "", [FieldError.Required("fieldManager", "is required for apply patch")]);
        }

        options.Applied = true;
        ApplyRules.CheckManifest(manifest, call.Target);
        ApplyRules.CheckFields(manifest, call.Target);
        var created = false;
        var item = services.Store.Transact(() =>
        {
            if (services.Store.Find(call.Type.GroupResource, call.Target.Name) is not null)
            {
                return services.Writer.Apply(call.Target, manifest, options);
            }

            created = call.Target.Subresource is null ? true : throw ApiErrors.NotFound(call.Type, call.Target.Name.Name);
            manifest.Metadata().Remove("resourceVersion");
            return services.Writer.Create(call.Target, new DecodedJson(manifest, []), options);
        });
        return call.RespondAsync(created ? 201 : 200, item, options);
    }

    private async Task DeleteAsync(ResourceCall call)
    {
        var options = await ReadDeleteOptionsAsync(call);
        var result = services.Deleter.Delete(call.Type, call.Target.Name, options);
        ResponseWriter.AddWarnings(call.Context, options.Warnings);
        if (!result.Gone)
        {
            await call.RespondAsync(200, result.Item);
            return;
        }

        var details = new JsonObject { ["name"] = call.Target.Name.Name };
        if (call.Type.Group.Length > 0)
        {
            details["group"] = call.Type.Group;
        }

        details["kind"] = call.Type.Plural;
        details["uid"] = result.Item.Uid;
        await ResponseWriter.WriteAsync(call.Context, 200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }

    private async Task DeleteCollectionAsync(ResourceCall call)
    {
        var options = await ReadDeleteOptionsAsync(call);
        var items = services.Lists.Select(call.Type, call.Selection());
        foreach (var item in items)
        {
            try
            {
                services.Deleter.Delete(call.Type, item.Name, options);
            }
            catch (ApiException e) when (e.Code == StatusCodes.Status404NotFound)
            {
                // Its owner was among them, and the garbage collector was faster.
            }
        }

        ResponseWriter.AddWarnings(call.Context, options.Warnings);
        await ListHandler.WriteAsync(call.Context, call.View, items, services.Store.Version);
    }

    private static async Task<DeleteOptions> ReadDeleteOptionsAsync(ResourceCall call)
    {
        var body = await RequestBody.ReadAsync(call.Context);
        var json = body.Length == 0 ? null
            : RequestBody.MediaType(call.Context) == ProtobufDecoder.MediaType ? ProtobufDecoder.Decode(body.Span)
            : ObjectDecoder.Decode(body.Span, "DeleteOptions").Root as JsonObject;
        return DeleteOptions.Parse(json, call.Query.DryRun("DeleteOptions"), call.Query.Text("propagationPolicy")) with { User = call.User };
    }

    private static async Task<DecodedJson> ReadObjectAsync(ResourceCall call)
    {
        var mediaType = RequestBody.MediaType(call.Context);
        return ObjectDecoder.Decode(mediaType, await RequestBody.ReadAsync(call.Context), call.Type.Kind);
    }
}

/// <summary>One request to a kind, with its parsed path, query and headers.</summary>
internal sealed class ResourceCall
{
    public ResourceCall(HttpContext context, ApiPath path, ResourceDefinition type, TimeProvider time)
    {
        Context = context;
        Type = type;
        Path = path;
        Query = new RequestQuery(context.Request.Query, context.Request.Headers.UserAgent.ToString());
        Target = new WriteTarget(type, new ObjectName(path.Namespace ?? "", path.Name ?? ""), path.Subresource);
        View = new ObjectView(type, Representation.Negotiate(context.Request.Headers.Accept), Query.Text("includeObject") ?? "Metadata", time);
    }

    public HttpContext Context { get; }

    public ResourceDefinition Type { get; }

    public ApiPath Path { get; }

    public RequestQuery Query { get; }

    public WriteTarget Target { get; }

    public ObjectView View { get; }

    /// <summary>Who makes the request.</summary>
    public ClusterUser User => Context.Features.Get<ClusterUser>() ?? ClusterUser.Admin;

    public WriteOptions WriteOptions(string kind) => Query.WriteOptions(kind) with { User = User };

    public ObjectSelection Selection() =>
        ObjectSelection.Parse(Type, Type.Namespaced ? Path.Namespace : null, Query.Text("labelSelector"), Query.Text("fieldSelector"));

    public Task RespondAsync(int code, StoredObject item, WriteOptions? options = null)
    {
        ResponseWriter.AddWarnings(Context, options?.Warnings ?? []);
        return ResponseWriter.WriteAsync(Context, code, View.Show(item));
    }
}
