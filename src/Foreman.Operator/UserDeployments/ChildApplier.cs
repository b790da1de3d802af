using System.Net;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Foreman.UserDeployments;

namespace Foreman.Operator.UserDeployments;

/// <summary>Applies the objects of a UserDeployment in their order, and deletes those that are wanted no more.</summary>
/// <param name="client">The client.</param>
/// <param name="owner">The UserDeployment.</param>
/// <param name="served">Which kinds there are.</param>
internal sealed class ChildApplier(IKubernetes client, UserDeployment owner, ServedKinds served)
{
    // What the operator wants must be so: a field that somebody else has set comes back.
    private static readonly PatchOptions Applying = new() { FieldManager = ApiGroup.FieldManager, Force = true };

    private static readonly WriteOptions Creating = new() { FieldManager = ApiGroup.FieldManager };

    /// <summary>Applies a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="space">Its namespace, as it is stored; null when it is not there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What stands against it; null when all is there.</returns>
    /// <exception cref="KubernetesException">The server can't answer.</exception>
    public async Task<DeploymentRefusal?> ApplyAsync(DeploymentPlan plan, V1Namespace? space, CancellationToken cancellationToken)
    {
        if (await NamespaceAsync(plan.Objects[0], space, cancellationToken) is { } unusable)
        {
            return unusable;
        }

        var there = await ThereAsync(plan.Objects[0].Name, cancellationToken);
        WantedObject[] inside = [.. plan.Objects.Skip(1)];
        if (inside.FirstOrDefault(o => there.TryGetValue((o.Type, o.Name), out var found) && !IsOwn(found)) is { } taken)
        {
            return new(Reasons.ObjectTaken, $"A {taken.Type.Kind} {taken.Namespace}/{taken.Name} is there and is not of this UserDeployment: delete it, or use another namespace.");
        }

        foreach (var wanted in inside)
        {
            if (await OneAsync(wanted, () => client.Dynamic.ApplyAsync(wanted.Manifest, Applying, cancellationToken)) is { } refused)
            {
                return refused;
            }
        }

        var kept = inside.Select(o => (o.Type, o.Name)).ToHashSet();
        foreach (var (key, found) in there.Where(t => IsOwn(t.Value) && !t.Value.IsDeleting() && !kept.Contains(t.Key)))
        {
            await ChildCleanup.DeleteAsync(client, key.Type, found, cancellationToken);
        }

        return null;
    }

    /// <summary>True for answers that will be the same until somebody changes something.</summary>
    internal static bool IsRefusal(KubernetesException e) =>
        e.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge;

    private bool IsOwn(PartialObjectMetadata found) => found.GetLabel(Labels.UserDeploymentUid) == owner.Uid();

    // One that is there already is never applied to unless it was made for this UserDeployment.
    private async Task<DeploymentRefusal?> NamespaceAsync(WantedObject wanted, V1Namespace? space, CancellationToken cancellationToken)
    {
        if (space is null)
        {
            return await OneAsync(wanted, () => client.Dynamic.CreateAsync(wanted.Manifest, Creating, cancellationToken));
        }

        if (space.IsDeleting())
        {
            return new(Reasons.ApplyFailed, $"The namespace {space.Name()} is being deleted; it is made again once it has gone, if it was of this UserDeployment.");
        }

        return SpecRules.IsMadeFor(space, owner) ? await OneAsync(wanted, () => client.Dynamic.ApplyAsync(wanted.Manifest, Applying, cancellationToken)) : null;
    }

    private async Task<Dictionary<(ResourceType Type, string Name), PartialObjectMetadata>> ThereAsync(string space, CancellationToken cancellationToken)
    {
        var there = new Dictionary<(ResourceType Type, string Name), PartialObjectMetadata>();
        foreach (var type in WantedKinds.All)
        {
            if (!await served.HasAsync(type, cancellationToken))
            {
                continue;
            }

            foreach (var item in (await client.Dynamic.ListMetadataAsync(type, space, cancellationToken: cancellationToken)).Items)
            {
                there[(type, item.Name())] = item;
            }
        }

        return there;
    }

    private static async Task<DeploymentRefusal?> OneAsync(WantedObject wanted, Func<Task> write)
    {
        try
        {
            await write();
            return null;
        }
        catch (KubernetesException e) when (IsRefusal(e))
        {
            return new(Reasons.ApplyFailed, $"Step {wanted.Step}: the {wanted.Type.Kind} {wanted.Name} was refused: {Printable.Line(e.Message, 1000)}");
        }
    }
}
