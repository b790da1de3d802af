using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.UserDeployments;

/// <summary>Writes the status of a UserDeployment where it has changed.</summary>
/// <param name="context">The reconcile.</param>
/// <param name="memory">Takes note of what was written.</param>
internal sealed class StatusWriter(ReconcileContext<UserDeployment> context, DeploymentMemory memory)
{
    private static readonly PatchOptions StatusPatch = new() { Subresource = "status", FieldValidation = FieldValidation.Warn, FieldManager = ApiGroup.FieldManager };

    /// <summary>Writes a status, and an event about a condition of it that has a new reason.</summary>
    /// <param name="deployment">The UserDeployment with the status that is stored.</param>
    /// <param name="after">The new status.</param>
    /// <param name="warning">Type of the condition that the event is about; null for no event.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The UserDeployment with the new status.</returns>
    public async Task<UserDeployment> WriteAsync(UserDeployment deployment, UserDeploymentStatus after, string? warning, CancellationToken cancellationToken)
    {
        if (PatchOf(deployment, after) is not { } patch)
        {
            return deployment;
        }

        try
        {
            var written = await context.Client.PatchMetadataAsync<UserDeployment>(patch, context.Key.Name, context.Key.Namespace, StatusPatch, cancellationToken);
            memory.NoteStatus(written.ResourceVersion ?? "", after);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return deployment with { Status = after };
        }

        if (warning is not null && after.Conditions.Find(warning) is { } condition && deployment.Status?.Conditions.Find(warning)?.Reason != condition.Reason)
        {
            await context.Events.WarningAsync(deployment, condition.Reason, condition.Message, cancellationToken);
        }

        return deployment with { Status = after };
    }

    /// <summary>The merge patch from the stored status to another one, for this very UserDeployment; null where they are the same.</summary>
    /// <param name="deployment">The UserDeployment with the status that is stored.</param>
    /// <param name="after">The new status.</param>
    internal static V1Patch? PatchOf(UserDeployment deployment, UserDeploymentStatus after)
    {
        var (old, changes) = (Node(deployment.Status ?? new()), Node(after));
        if (deployment.Status is not null && JsonNode.DeepEquals(old, changes))
        {
            return null;
        }

        foreach (var (name, _) in old.Where(f => !changes.ContainsKey(f.Key)).ToList())
        {
            changes[name] = null;
        }

        return V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["uid"] = deployment.Uid() }, ["status"] = changes });
    }

    private static JsonObject Node(UserDeploymentStatus status) =>
        JsonSerializer.SerializeToNode(new UserDeployment { Status = status }, UserDeployment.TypeInfo)!["status"]!.DeepClone().AsObject();
}
