using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>The API with objects of any kind as JSON.</summary>
internal sealed class DynamicClient(Transport transport, KubernetesClientOptions options) : IDynamicKubernetes
{
    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), ResourceType> _types = new();

    public async Task<ResourceType> ResolveAsync(string apiVersion, string kind, CancellationToken cancellationToken = default)
    {
        if (_types.TryGetValue((apiVersion, kind), out var known))
        {
            return known;
        }

        JsonObject? served = null;
        try
        {
            served = await GetAsync(Discovery.Path(apiVersion), cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // No version of that group is served: reported below for the requested kind.
        }

        var type = Discovery.Find(served, apiVersion, kind) ?? throw NotServed(apiVersion, kind);
        _types.TryAdd((apiVersion, kind), type);
        return type;
    }

    public Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken = default) =>
        SendAsync(new ApiRequest(HttpMethod.Get, path), cancellationToken);

    public async Task<JsonObject?> TryReadAsync(ResourceType type, string name, string? ns = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await SendAsync(RequestBuilder.Read(type, name, ns), cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    public Task<JsonObject> ListAsync(ResourceType type, string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(RequestBuilder.List(type, ns, options), cancellationToken);

    public IAsyncEnumerable<WatchEvent<JsonObject>> WatchAsync(
        ResourceType type, string? ns, WatchOptions options, CancellationToken cancellationToken = default) =>
        WatchStream.ReadAsync(transport, RequestBuilder.Watch(type, ns, options), KubernetesJson.Default.JsonObject, options.OnOpened, cancellationToken);

    public Task<PartialObjectMetadata> ReadMetadataAsync(ResourceType type, string name, string? ns = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(
            RequestBuilder.Read(type, name, ns) with { Accept = MediaTypes.PartialObjectMetadata },
            KubernetesJson.Default.PartialObjectMetadata,
            cancellationToken);

    public Task<ResourceList<PartialObjectMetadata>> ListMetadataAsync(
        ResourceType type, string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(
            RequestBuilder.List(type, ns, options) with { Accept = MediaTypes.PartialObjectMetadataList },
            KubernetesJson.Default.ResourceListPartialObjectMetadata,
            cancellationToken);

    public IAsyncEnumerable<WatchEvent<PartialObjectMetadata>> WatchMetadataAsync(
        ResourceType type, string? ns, WatchOptions options, CancellationToken cancellationToken = default)
    {
        var request = RequestBuilder.Watch(type, ns, options) with { Accept = MediaTypes.PartialObjectMetadata };
        return WatchStream.ReadAsync(transport, request, KubernetesJson.Default.PartialObjectMetadata, options.OnOpened, cancellationToken);
    }

    public Task<V1Table> ListTableAsync(ResourceType type, string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(RequestBuilder.List(type, ns, options) with { Accept = MediaTypes.Table }, KubernetesJson.Default.V1Table, cancellationToken);

    public async Task<JsonObject> CreateAsync(JsonObject manifest, WriteOptions? writeOptions = null, CancellationToken cancellationToken = default)
    {
        var target = await TargetAsync(manifest, nameRequired: false, cancellationToken).ConfigureAwait(false);
        return await SendAsync(RequestBuilder.Create(target.Type, target.Namespace, Utf8(manifest), options.Complete(writeOptions)), cancellationToken).ConfigureAwait(false);
    }

    public Task<JsonObject> CreateSubresourceAsync(ResourceKey target, string subresource, JsonObject body, CancellationToken cancellationToken = default) =>
        SendAsync(RequestBuilder.CreateSubresource(target, subresource, Utf8(body)), cancellationToken);

    public Task<JsonObject> CreateSubresourceAsync(
        ResourceKey target, string subresource, JsonObject body, WriteOptions writeOptions, CancellationToken cancellationToken = default) =>
        SendAsync(RequestBuilder.CreateSubresource(target, subresource, Utf8(body), options.Complete(writeOptions)), cancellationToken);

    public async Task<JsonObject> ReplaceAsync(JsonObject manifest, ReplaceOptions? replaceOptions = null, CancellationToken cancellationToken = default)
    {
        var target = await TargetAsync(manifest, nameRequired: true, cancellationToken).ConfigureAwait(false);
        var request = RequestBuilder.Replace(target.Type, target.Name, target.Namespace, Utf8(manifest), options.Complete(replaceOptions));
        return await SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public async Task<JsonObject> ApplyAsync(JsonObject manifest, PatchOptions? patchOptions = null, CancellationToken cancellationToken = default)
    {
        var target = await TargetAsync(manifest, nameRequired: true, cancellationToken).ConfigureAwait(false);
        return await PatchAsync(target, new V1Patch(PatchType.ApplyPatch, manifest), patchOptions, cancellationToken).ConfigureAwait(false);
    }

    public Task<JsonObject> PatchAsync(ResourceKey target, V1Patch patch, PatchOptions? patchOptions = null, CancellationToken cancellationToken = default) =>
        SendAsync(RequestBuilder.Patch(target.Type, patch, target.Name, target.Namespace, options.Complete(patchOptions)), cancellationToken);

    public Task DeleteAsync(ResourceKey target, DeleteOptions? deleteOptions = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(RequestBuilder.Delete(target.Type, target.Name, target.Namespace, deleteOptions), cancellationToken);

    public Task DeleteCollectionAsync(
        ResourceType type, string? ns, ListOptions? selection = null, DeleteOptions? deleteOptions = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(RequestBuilder.DeleteCollection(type, ns, selection, deleteOptions), cancellationToken);

    private Task<JsonObject> SendAsync(ApiRequest request, CancellationToken cancellationToken) =>
        transport.SendAsync(request, KubernetesJson.Default.JsonObject, cancellationToken);

    /// <summary>The object that a manifest describes. Without a namespace the context's is used, as in kubectl.</summary>
    private async Task<ResourceKey> TargetAsync(JsonObject manifest, bool nameRequired, CancellationToken cancellationToken)
    {
        var (apiVersion, kind, name, ns) = Manifests.Identify(manifest, nameRequired);
        var type = await ResolveAsync(apiVersion, kind, cancellationToken).ConfigureAwait(false);
        return new(type, name, type.Namespaced ? ns ?? transport.Configuration.Namespace : null);
    }

    private static byte[] Utf8(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, KubernetesJson.Default.JsonObject);

    private static KubernetesException NotServed(string apiVersion, string kind) => new(
        new V1Status
        {
            Kind = "Status",
            Status = "Failure",
            Reason = "NotFound",
            Code = 404,
            Message = $"the server has no kind {kind} in {apiVersion}. Install the CustomResourceDefinition that defines it, or correct apiVersion and kind",
        },
        HttpStatusCode.NotFound);
}
