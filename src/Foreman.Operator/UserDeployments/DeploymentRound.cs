using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Metrics;
using Foreman.Primitives;
using Foreman.UserDeployments;
using Deployment = Foreman.Kubernetes.ModelObject<k8s.Models.V1Deployment, Foreman.UserDeployments.DeploymentFormat>;
using V1Deployment = k8s.Models.V1Deployment;

namespace Foreman.Operator.UserDeployments;

/// <summary>One reconcile of a UserDeployment: template, namespace, objects in their order, status.</summary>
/// <param name="context">The reconcile.</param>
/// <param name="settings">What this operator allows.</param>
/// <param name="memory">What is known of the UserDeployment beyond the store.</param>
/// <param name="all">Gives all UserDeployments of the cluster.</param>
internal sealed class DeploymentRound(ReconcileContext<UserDeployment> context, DeploymentSettings settings, DeploymentMemory memory, Func<IEnumerable<UserDeployment>> all)
{
    /// <summary>How often it is looked whether what is being deleted has gone.</summary>
    internal static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    private readonly StatusWriter _status = new(context, memory);

    private DateTimeOffset Now => context.Time.GetUtcNow();

    /// <summary>Brings the cluster in line with a UserDeployment that stays.</summary>
    public async Task<ReconcileResult> ApplyAsync(UserDeployment stored, CancellationToken cancellationToken)
    {
        var deployment = memory.Newest(stored);
        if (SpecRules.Check(deployment, settings) is { } wrong)
        {
            return await RefuseAsync(deployment, ConditionTypes.Accepted, wrong, cancellationToken);
        }

        if (DeploymentConflicts.Find(deployment, all(), settings) is { } taken)
        {
            return await RefuseAsync(deployment, ConditionTypes.Conflict, taken, cancellationToken);
        }

        var (template, absent) = await TemplateAsync(deployment, cancellationToken);
        if (absent is not null)
        {
            return await RefuseAsync(deployment, ConditionTypes.Accepted, absent, cancellationToken);
        }

        var plan = DeploymentPlanner.Plan(deployment, template, settings);
        return plan.Refusal is { } refusal
            ? await RefuseAsync(deployment, ConditionTypes.Accepted, refusal, cancellationToken)
            : await ProvideAsync(deployment, plan, cancellationToken);
    }

    /// <summary>Deletes the objects of a UserDeployment that is to go, and waits until they are gone.</summary>
    public async Task<ReconcileResult> CleanUpAsync(UserDeployment stored, CancellationToken cancellationToken)
    {
        var leaving = memory.Newest(stored);
        var space = DeploymentTarget.Of(leaving, settings).Namespace;
        var left = await new ChildCleanup(context.Client, leaving).RunAsync(space, cancellationToken);
        if (left.Count == 0)
        {
            OperatorMetrics.CleanUpOf(context.Key, isStalled: false);
            return ReconcileResult.Done;
        }

        var status = StatusRules.Deleting(leaving, left, Now);
        OperatorMetrics.CleanUpOf(context.Key, StatusRules.IsStalled(status));
        await _status.WriteAsync(leaving, status, StatusRules.IsStalled(status) ? ConditionTypes.CleanedUp : null, cancellationToken);
        return ReconcileResult.RequeueAfter(BetweenLooks);
    }

    private async Task<ReconcileResult> ProvideAsync(UserDeployment deployment, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var target = DeploymentTarget.Of(deployment, settings);
        var served = new ServedKinds(context.Client);
        if (await served.MissingAsync(plan, cancellationToken) is { } missing)
        {
            return await RefuseAsync(deployment, ConditionTypes.Provisioned, missing, cancellationToken);
        }

        var space = await context.Client.TryReadAsync<V1Namespace>(target.Namespace, cancellationToken: cancellationToken);
        if (space is not null && SpecRules.CheckNamespace(space, deployment) is { } refused)
        {
            return await RefuseAsync(deployment, ConditionTypes.Accepted, refused, cancellationToken);
        }

        // From here on the host and the namespace are its own, whoever comes later.
        deployment = await _status.WriteAsync(deployment, StatusRules.Begun(deployment, target, Now), null, cancellationToken);
        var observed = await ObserveAsync(target.Namespace, deployment, cancellationToken);
        var due = plan.Services.All(s => observed.Any(o => o.Metadata.Name == s.Name)) && space is not null
            ? memory.DueIn(plan.Digest, settings.Resync, context.Time)
            : TimeSpan.Zero;
        if (due == TimeSpan.Zero)
        {
            var began = context.Time.GetTimestamp();
            if (await new ChildApplier(context.Client, deployment, served).ApplyAsync(plan, space, cancellationToken) is { } failed)
            {
                return await RefuseAsync(deployment, ConditionTypes.Provisioned, failed, cancellationToken);
            }

            memory.NoteApplied(plan.Digest, began);
            observed = await ObserveAsync(target.Namespace, deployment, cancellationToken);
            due = settings.Resync;
        }

        var state = DeploymentProgress.Of(plan, observed, deployment.Spec.DesiredState == DesiredState.Stopped, deployment.Status?.Phase);
        await _status.WriteAsync(deployment, StatusRules.Provisioned(deployment, state, Now), null, cancellationToken);
        return ReconcileResult.RequeueAfter(due);
    }

    private async Task<IReadOnlyList<V1Deployment>> ObserveAsync(string space, UserDeployment deployment, CancellationToken cancellationToken)
    {
        var listed = await context.Client.ListAsync<Deployment>(space, new ListOptions { LabelSelector = Selectors.Equal(Labels.UserDeploymentUid, deployment.Uid()) }, cancellationToken);
        return [.. listed.Items.Select(i => i.Model)];
    }

    private async Task<(string Text, DeploymentRefusal? Absent)> TemplateAsync(UserDeployment deployment, CancellationToken cancellationToken)
    {
        var (place, key) = SpecRules.TemplateOf(deployment);
        try
        {
            var map = await context.Client.TryReadAsync<V1ConfigMap>(place.Name, place.Namespace, cancellationToken);
            if (map?.Data?.GetValueOrDefault(key) is { } text)
            {
                return (text, null);
            }

            var what = map is null ? "there is no ConfigMap" : $"no key {Printable.Line(key)} in the ConfigMap";
            return ("", new(Reasons.TemplateNotFound, $"The template is not there: {what} {Printable.Line(place.ToString())}. Create it, or correct spec.templateRef."));
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return ("", new(Reasons.TemplateNotFound, $"The template may not be read: {Printable.Line(e.Message, 500)}"));
        }
    }

    private async Task<ReconcileResult> RefuseAsync(UserDeployment deployment, string type, DeploymentRefusal refusal, CancellationToken cancellationToken)
    {
        await _status.WriteAsync(deployment, StatusRules.Refused(deployment, type, refusal, Now), type, cancellationToken);
        return ReconcileResult.RequeueAfter(UserDeploymentController.BetweenAttempts);
    }
}
