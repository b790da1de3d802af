using System.Text.Json;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>Server-side apply with typed objects.</summary>
public static class ApplyExtensions
{
    /// <summary>
    /// Applies an object server-side: creates it, or sets the fields that it holds and leaves all others alone. Fields that an
    /// earlier apply under the same field manager held and this one doesn't are taken away. Needs the verb patch, and create.
    /// </summary>
    /// <param name="client">The client; its field manager owns the fields unless the options name another one.</param>
    /// <param name="obj">What the caller wants to determine of the object, and nothing else; with a name.</param>
    /// <param name="options">Field manager, part and force: controllers usually force, because what they want must be so.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as it was stored.</returns>
    /// <exception cref="ArgumentException">The object has no name.</exception>
    /// <exception cref="KubernetesException">
    /// Another manager owns a field and the options don't force (<see cref="KubernetesException.IsConflict"/>), or the result is refused.
    /// </exception>
    public static Task<T> ApplyAsync<T>(this IKubernetes client, T obj, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IResource<T>
    {
        if (obj.Name().Length == 0)
        {
            throw new ArgumentException($"the {obj.Kind} to apply has no name: apply can't make one up", nameof(obj));
        }

        var body = (JsonObject)JsonSerializer.SerializeToNode(obj, T.TypeInfo)!;
        return client.PatchAsync<T>(new(PatchType.ApplyPatch, body), obj.Name(), obj.Namespace(), options, cancellationToken);
    }
}
