using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>The Kubernetes API with objects of any kind as JSON, for manifests and for kinds that the program has no type for.</summary>
public interface IDynamicKubernetes
{
    /// <summary>Finds the plural and the scope of a kind by asking the server; results are cached.</summary>
    /// <param name="apiVersion"><c>group/version</c>, or the version alone for the core group.</param>
    /// <param name="kind">The kind, CamelCase.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="KubernetesException">The server has no such kind (<see cref="KubernetesException.IsNotFound"/>).</exception>
    Task<ResourceType> ResolveAsync(string apiVersion, string kind, CancellationToken cancellationToken = default);

    /// <summary>Reads any path of the server as JSON, for example <c>/version</c>.</summary>
    /// <param name="path">Path with its query.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Reads an object, or null when it is not there.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<JsonObject?> TryReadAsync(ResourceType type, string name, string? ns = null, CancellationToken cancellationToken = default);

    /// <summary>Lists objects: all at once, or one page when <see cref="ListOptions.Limit"/> is set.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<JsonObject> ListAsync(ResourceType type, string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Follows objects until the server ends the watch, which it regularly does.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and start.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="KubernetesException">The start has expired (<see cref="KubernetesException.IsGone"/>), or the server refuses.</exception>
    IAsyncEnumerable<WatchEvent<JsonObject>> WatchAsync(ResourceType type, string? ns, WatchOptions options, CancellationToken cancellationToken = default);

    /// <summary>Reads the metadata of an object.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="KubernetesException">It is not there (<see cref="KubernetesException.IsNotFound"/>), or the server refuses.</exception>
    Task<PartialObjectMetadata> ReadMetadataAsync(ResourceType type, string name, string? ns = null, CancellationToken cancellationToken = default);

    /// <summary>Lists objects as their metadata only: all at once, or one page when <see cref="ListOptions.Limit"/> is set.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<ResourceList<PartialObjectMetadata>> ListMetadataAsync(ResourceType type, string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Follows the metadata of objects until the server ends the watch. Changes of the rest of an object arrive as a new resource version.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and start.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="KubernetesException">The start has expired (<see cref="KubernetesException.IsGone"/>), or the server refuses.</exception>
    IAsyncEnumerable<WatchEvent<PartialObjectMetadata>> WatchMetadataAsync(ResourceType type, string? ns, WatchOptions options, CancellationToken cancellationToken = default);

    /// <summary>Lists objects as a table with the columns that kubectl shows: all at once, or one page when <see cref="ListOptions.Limit"/> is set.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<V1Table> ListTableAsync(ResourceType type, string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Creates the object of a manifest.</summary>
    /// <param name="manifest">The object, with <c>apiVersion</c>, <c>kind</c> and <c>metadata</c>.</param>
    /// <param name="options">Checks and field manager.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The manifest lacks <c>apiVersion</c>, <c>kind</c> or a name.</exception>
    Task<JsonObject> CreateAsync(JsonObject manifest, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Posts to a part of an object, for example to <c>token</c> of a ServiceAccount.</summary>
    /// <param name="target">Kind, name and namespace of the object.</param>
    /// <param name="subresource">Name of the part.</param>
    /// <param name="body">What is posted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<JsonObject> CreateSubresourceAsync(ResourceKey target, string subresource, JsonObject body, CancellationToken cancellationToken = default);

    /// <summary>Posts to a part of an object, for example a dry run of <c>eviction</c> of a pod.</summary>
    /// <param name="target">Kind, name and namespace of the object.</param>
    /// <param name="subresource">Name of the part.</param>
    /// <param name="body">What is posted.</param>
    /// <param name="options">Checks, field manager and dry run.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<JsonObject> CreateSubresourceAsync(ResourceKey target, string subresource, JsonObject body, WriteOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces the object of a manifest, or the part of it that <see cref="ReplaceOptions.Subresource"/> names. With
    /// <c>metadata.resourceVersion</c> the write is refused unless the object still has that version.
    /// </summary>
    /// <param name="manifest">The object, complete, with <c>apiVersion</c>, <c>kind</c> and <c>metadata.name</c>.</param>
    /// <param name="options">Part, checks and field manager.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The manifest lacks <c>apiVersion</c>, <c>kind</c> or a name.</exception>
    Task<JsonObject> ReplaceAsync(JsonObject manifest, ReplaceOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Applies a manifest server-side: creates the object or changes the fields that the manifest holds.</summary>
    /// <param name="manifest">The object, with <c>apiVersion</c>, <c>kind</c> and <c>metadata.name</c>.</param>
    /// <param name="options">Field manager and force.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The manifest lacks <c>apiVersion</c>, <c>kind</c> or a name.</exception>
    Task<JsonObject> ApplyAsync(JsonObject manifest, PatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Patches an object.</summary>
    /// <param name="target">Kind, name and namespace of the object.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="options">Part, checks and field manager.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<JsonObject> PatchAsync(ResourceKey target, V1Patch patch, PatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes an object.</summary>
    /// <param name="target">Kind, name and namespace of the object.</param>
    /// <param name="options">Preconditions and what becomes of owned objects.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task DeleteAsync(ResourceKey target, DeleteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes the objects of a kind that are selected. Each one with finalizers stays, with a deletion time, until they are gone.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">Namespace of the objects; null for kinds of the cluster.</param>
    /// <param name="selection">Which objects; null for all of them.</param>
    /// <param name="options">What becomes of owned objects, and dry run.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task DeleteCollectionAsync(ResourceType type, string? ns, ListOptions? selection = null, DeleteOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>Which object is meant.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace; null for kinds of the cluster.</param>
public sealed record ResourceKey(ResourceType Type, string Name, string? Namespace = null);
