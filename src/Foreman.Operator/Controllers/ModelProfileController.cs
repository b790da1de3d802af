using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Controllers;

/// <summary>Says of every ModelProfile that Agents can refer to it. A run reads it when it begins.</summary>
internal sealed class ModelProfileController : IEntityController<ModelProfile>
{
    /// <inheritdoc/>
    public Task<ReconcileResult> ReconcileAsync(ReconcileContext<ModelProfile> context, CancellationToken cancellationToken) => StatusReport.WriteAsync(
        context.Entity is { } profile ? Decide(profile, context.Time.GetUtcNow()) : null, context, cancellationToken);

    /// <summary>Null when the status says so already.</summary>
    internal static StatusReport? Decide(ModelProfile profile, DateTimeOffset now)
    {
        var before = profile.Status?.Conditions;
        var conditions = before.Set(
            new()
            {
                Type = ConditionTypes.Accepted,
                Status = Conditions.True,
                Reason = Reasons.ConfigComplete,
                Message = "The ModelProfile can be used: Agents refer to it by modelProfileRef, and a run reads it when it begins.",
                ObservedGeneration = profile.Metadata.Generation,
            },
            now);
        return ReferenceEquals(conditions, before) ? null : new StatusReport(new() { ["conditions"] = StatusReport.ToJson(conditions) }, null);
    }
}
