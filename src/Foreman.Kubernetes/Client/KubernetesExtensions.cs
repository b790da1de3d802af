using System.Runtime.CompilerServices;

namespace Foreman.Kubernetes;

/// <summary>What is often wanted of a client and takes more than one call, or hides one answer.</summary>
public static class KubernetesExtensions
{
    /// <summary>Deletes an object.</summary>
    /// <param name="client">The client.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="ns">Its namespace; null for kinds of the cluster.</param>
    /// <param name="options">Preconditions and what becomes of owned objects.</param>
    /// <param name="cancellationToken">Gives up.</param>
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
    /// <param name="cancellationToken">Gives up.</param>
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
}
