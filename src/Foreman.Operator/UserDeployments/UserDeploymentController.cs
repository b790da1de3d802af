using System.Collections.Concurrent;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Metrics;
using Foreman.UserDeployments;
using Deployment = Foreman.Kubernetes.ModelObject<k8s.Models.V1Deployment, Foreman.UserDeployments.DeploymentFormat>;

namespace Foreman.Operator.UserDeployments;

/// <summary>Makes, keeps and deletes the objects of UserDeployments. One for each lead.</summary>
/// <param name="settings">What this operator allows.</param>
/// <param name="all">Gives all UserDeployments of the cluster.</param>
internal sealed class UserDeploymentController(DeploymentSettings settings, Func<IEnumerable<UserDeployment>> all) : IEntityController<UserDeployment>
{
    /// <summary>What was refused, or waits for somebody, is looked at again after this time.</summary>
    internal static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(30);

    private const string FinalizerName = ApiGroup.Name + "/user-deployment";

    private readonly ConcurrentDictionary<ObjectKey, DeploymentMemory> _memories = new();

    /// <summary>The options of its controller: what else it follows.</summary>
    public static ControllerOptions<UserDeployment> Follow(ControllerOptions<UserDeployment> options) => (options with { Workers = 4 })
        .Watches<Deployment>(OwnerOf, new SourceSelection { LabelSelector = Selectors.Exists(Labels.UserDeploymentUid) });

    /// <inheritdoc/>
    public async Task<ReconcileResult> ReconcileAsync(ReconcileContext<UserDeployment> context, CancellationToken cancellationToken)
    {
        if (context.Entity is not { } stored)
        {
            Forget(context.Key);
            return ReconcileResult.Done;
        }

        if (stored.Spec.DesiredState == DesiredState.Deleted && !stored.IsDeleting())
        {
            // Its deletion leads here again, and to the clean-up.
            await context.Client.TryDeleteAsync<UserDeployment>(stored.Name(), stored.Namespace(), new DeleteOptions { PreconditionUid = stored.Uid() }, cancellationToken);
            return ReconcileResult.Done;
        }

        var round = new DeploymentRound(context, settings, MemoryOf(stored), all);
        return await Finalizer.RunAsync(context.Client, FinalizerName, stored, round.ApplyAsync, round.CleanUpAsync, cancellationToken);
    }

    /// <summary>The UserDeployment that an annotation of one of its objects names.</summary>
    internal static IEnumerable<ObjectKey> OwnerOf(IKubernetesObject child) =>
        child.GetAnnotation(Labels.UserDeployment)?.Split('/') is [{ Length: > 0 } space, { Length: > 0 } name] ? [new(space, name)] : [];

    private DeploymentMemory MemoryOf(UserDeployment stored)
    {
        var key = ObjectKey.Of(stored);
        return _memories.TryGetValue(key, out var known) && known.Uid == stored.Uid() ? known : _memories[key] = new(stored.Uid());
    }

    private void Forget(ObjectKey key)
    {
        _memories.TryRemove(key, out _);
        OperatorMetrics.CleanUpOf(key, isStalled: false);
    }
}
