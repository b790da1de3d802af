using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Operator.Controllers;

/// <summary>What a controller has to say about an object: what is merged into its status, and an event.</summary>
/// <param name="Status">What is merged into the status.</param>
/// <param name="Warning">Reason and message of the event of type Warning; null for none.</param>
internal sealed record StatusReport(JsonObject Status, (string Reason, string Message)? Warning)
{
    private static readonly PatchOptions StatusPatch = new()
    {
        Subresource = "status",
        FieldValidation = FieldValidation.Warn,
        FieldManager = ApiGroup.FieldManager,
    };

    /// <summary>Conditions as they are merged.</summary>
    public static JsonNode? ToJson(IReadOnlyList<V1Condition> conditions) =>
        JsonSerializer.SerializeToNode(conditions, KubernetesJson.Default.IReadOnlyListV1Condition);

    /// <summary>Writes a report; nothing when it is null or the object is gone.</summary>
    /// <param name="report">The report.</param>
    /// <param name="context">The reconcile.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ReconcileResult> WriteAsync<T>(StatusReport? report, ReconcileContext<T> context, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        if (report is null || context.Entity is not { } entity)
        {
            return ReconcileResult.Done;
        }

        try
        {
            var patch = V1Patch.Merge(new JsonObject { ["status"] = report.Status.DeepClone() });
            await context.Client.PatchMetadataAsync<T>(patch, context.Key.Name, context.Key.Namespace, StatusPatch, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return ReconcileResult.Done;
        }

        if (report.Warning is var (reason, message))
        {
            await context.Events.WarningAsync(entity, reason, message, cancellationToken);
        }

        return ReconcileResult.Done;
    }
}
