using System.Runtime.CompilerServices;

namespace Foreman.Kubernetes;

/// <summary>Shorthands for common uses of a client.</summary>
public static class KubernetesExtensions
{
    /// <summary>Deletes an object.</summary>
    /// <param name="client">The client.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="options">Preconditions and what becomes of owned objects.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when it was not there.</returns>
    public static async Task<bool> TryDeleteAsync<T>(
        this IKubernetes client, string name, string? ns = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        try
        {
            await client.DeleteAsync<T>(name, ns, options, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>Lists objects page by page.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection; <see cref="ListOptions.Limit"/> is the size of a page, 500 by default.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async IAsyncEnumerable<T> ListPagesAsync<T>(
        this IKubernetes client, string? ns = null, ListOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        options = (options ?? new()) with { Limit = options?.Limit ?? 500 };
        string? next;
        do
        {
            var page = await client.ListAsync<T>(ns, options, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            next = page.Metadata.ContinueProperty;
            options = options with { ContinueToken = next };
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>
    /// Replaces the status of an object and nothing else of it. Unknown fields are dropped with a warning unless the options say otherwise.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="obj">The object; a resource version in its metadata must still be the stored one.</param>
    /// <param name="options">Checks and field manager.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as it was stored.</returns>
    /// <exception cref="KubernetesException">The object has changed since it was read (<see cref="KubernetesException.IsConflict"/>), is gone, or is refused.</exception>
    public static Task<T> ReplaceStatusAsync<T>(this IKubernetes client, T obj, ReplaceOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        client.ReplaceAsync(obj, (options ?? new()) with { Subresource = "status" }, cancellationToken);

    /// <summary>Reads the metadata of an object.</summary>
    /// <param name="client">The client.</param>
    /// <param name="name">Its name.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="KubernetesException">It is not there (<see cref="KubernetesException.IsNotFound"/>), or the server refuses.</exception>
    public static Task<PartialObjectMetadata> ReadMetadataAsync<T>(
        this IKubernetes client, string name, string? ns = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        client.Dynamic.ReadMetadataAsync(T.Type, name, ns, cancellationToken);

    /// <summary>Lists objects as their metadata only: all at once, or one page when <see cref="ListOptions.Limit"/> is set.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static Task<ResourceList<PartialObjectMetadata>> ListMetadataAsync<T>(
        this IKubernetes client, string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        client.Dynamic.ListMetadataAsync(T.Type, ns, options, cancellationToken);

    /// <summary>Follows the metadata of objects until the server ends the watch.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and start.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="KubernetesException">The start has expired (<see cref="KubernetesException.IsGone"/>), or the server refuses.</exception>
    public static IAsyncEnumerable<WatchEvent<PartialObjectMetadata>> WatchMetadataAsync<T>(
        this IKubernetes client, string? ns, WatchOptions options, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        client.Dynamic.WatchMetadataAsync(T.Type, ns, options, cancellationToken);

    /// <summary>Lists objects as a table with the columns that kubectl shows.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static Task<V1Table> ListTableAsync<T>(
        this IKubernetes client, string? ns = null, ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        client.Dynamic.ListTableAsync(T.Type, ns, options, cancellationToken);

    /// <summary>Deletes the objects of a kind that are selected.</summary>
    /// <param name="client">The client.</param>
    /// <param name="ns">Namespace of the objects; null for kinds of the cluster.</param>
    /// <param name="selection">Which objects; null for all of them.</param>
    /// <param name="options">What becomes of owned objects, and dry run.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static Task DeleteCollectionAsync<T>(
        this IKubernetes client, string? ns, ListOptions? selection = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T> =>
        client.Dynamic.DeleteCollectionAsync(T.Type, ns, selection, options, cancellationToken);

    /// <summary>The log of a container line by line, without the line ends; lines over 1 MiB come in pieces.</summary>
    /// <param name="client">The client.</param>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="options">Container and part; null for all of the pod's only container.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="KubernetesException">There is no such pod, container or earlier run, or the server refuses.</exception>
    /// <exception cref="KubernetesUnreachableException">The connection broke.</exception>
    public static async IAsyncEnumerable<string> PodLogLinesAsync(
        this IKubernetes client, string pod, string ns, PodLogOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var log = await client.OpenPodLogAsync(pod, ns, options, cancellationToken).ConfigureAwait(false);
        await using (log.ConfigureAwait(false))
        {
            await foreach (var line in LogLines.ReadAsync(log, cancellationToken).ConfigureAwait(false))
            {
                yield return line;
            }
        }
    }
}
