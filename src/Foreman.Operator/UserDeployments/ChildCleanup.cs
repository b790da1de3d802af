using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Foreman.UserDeployments;

namespace Foreman.Operator.UserDeployments;

/// <summary>Deletes the objects of a UserDeployment: with the namespace where that was made for it, else one by one.</summary>
/// <param name="client">The client.</param>
/// <param name="owner">The UserDeployment.</param>
internal sealed class ChildCleanup(IKubernetes client, UserDeployment owner)
{
    /// <summary>Deletes what is not yet being deleted.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is still there, for people; empty once all has gone.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(string space, CancellationToken cancellationToken)
    {
        if (await client.TryReadAsync<V1Namespace>(space, cancellationToken: cancellationToken) is not { } there)
        {
            return [];
        }

        if (!SpecRules.IsMadeFor(there, owner))
        {
            return await ObjectsAsync(space, cancellationToken);
        }

        var refusal = there.IsDeleting() ? null : await TryAsync(() => client.TryDeleteAsync<V1Namespace>(space, null, Exactly(there.Uid()), cancellationToken));
        return [$"namespace {space}{refusal}"];
    }

    /// <summary>Deletes one object, and with a Deployment its pods first.</summary>
    /// <param name="client">The client.</param>
    /// <param name="type">Its kind.</param>
    /// <param name="found">Its metadata.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task DeleteAsync(IKubernetes client, ResourceType type, PartialObjectMetadata found, CancellationToken cancellationToken)
    {
        var options = Exactly(found.Uid()) with { PropagationPolicy = type == DeploymentFormat.Type ? PropagationPolicy.Foreground : null };
        try
        {
            await client.Dynamic.DeleteAsync(new(type, found.Name(), found.Namespace()), options, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // Somebody else was faster.
        }
    }

    private static DeleteOptions Exactly(string uid) => new() { PreconditionUid = uid };

    private async Task<IReadOnlyList<string>> ObjectsAsync(string space, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        var served = new ServedKinds(client);
        var own = new ListOptions { LabelSelector = Selectors.Equal(Labels.UserDeploymentUid, owner.Uid()) };
        foreach (var type in WantedKinds.All)
        {
            if (!await served.HasAsync(type, cancellationToken))
            {
                continue;
            }

            foreach (var item in (await client.Dynamic.ListMetadataAsync(type, space, own, cancellationToken)).Items)
            {
                var refusal = item.IsDeleting() ? null : await TryAsync(() => DeleteAsync(client, type, item, cancellationToken));
                left.Add($"{type.Kind} {item.Name()}{refusal}");
            }
        }

        return left;
    }

    // What is refused is told with the rest, not retried in silence.
    private static async Task<string?> TryAsync(Func<Task> delete)
    {
        try
        {
            await delete();
            return null;
        }
        catch (KubernetesException e) when (ChildApplier.IsRefusal(e))
        {
            return $" ({Printable.Line(e.Message, 300)})";
        }
    }
}
