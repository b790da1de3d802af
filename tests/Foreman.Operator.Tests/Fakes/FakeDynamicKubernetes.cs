using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Operator.Tests.Fakes;

/// <summary>Lists nothing, and does nothing else.</summary>
internal sealed class FakeDynamicKubernetes : IDynamicKubernetes
{
    public Task<ResourceList<PartialObjectMetadata>> ListMetadataAsync(ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken) =>
        Task.FromResult(new ResourceList<PartialObjectMetadata>());

    public Task<ResourceType> ResolveAsync(string apiVersion, string kind, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JsonObject?> TryReadAsync(ResourceType type, string name, string? ns, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JsonObject> ListAsync(ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent<JsonObject>> WatchAsync(ResourceType type, string? ns, WatchOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PartialObjectMetadata> ReadMetadataAsync(ResourceType type, string name, string? ns, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent<PartialObjectMetadata>> WatchMetadataAsync(ResourceType type, string? ns, WatchOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<V1Table> ListTableAsync(ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JsonObject> CreateAsync(JsonObject manifest, WriteOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JsonObject> CreateSubresourceAsync(ResourceKey target, string subresource, JsonObject body, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JsonObject> CreateSubresourceAsync(ResourceKey target, string subresource, JsonObject body, WriteOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JsonObject> ReplaceAsync(JsonObject manifest, ReplaceOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JsonObject> ApplyAsync(JsonObject manifest, PatchOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<JsonObject> PatchAsync(ResourceKey target, V1Patch patch, PatchOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(ResourceKey target, DeleteOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteCollectionAsync(ResourceType type, string? ns, ListOptions? selection, DeleteOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();
}
