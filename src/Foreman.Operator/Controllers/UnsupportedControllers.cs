using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Controllers;

/// <summary>Says of every AgentRelease that this release does not act on it.</summary>
internal sealed class AgentReleaseController : IEntityController<AgentRelease>
{
    /// <inheritdoc/>
    public Task<ReconcileResult> ReconcileAsync(ReconcileContext<AgentRelease> context, CancellationToken cancellationToken) => StatusReport.WriteAsync(
        context.Entity is { } release ? Decide(release, context.Time.GetUtcNow()) : null, context, cancellationToken);

    /// <summary>Null when the status says so already.</summary>
    internal static StatusReport? Decide(AgentRelease release, DateTimeOffset now) => UnsupportedKind.Decide(
        release,
        release.Status?.Conditions,
        new() { Type = ConditionTypes.Halted, Status = Conditions.True, Message = "spec: rolling out agents is not part of this release; install the new version on the hosts." },
        release.Status?.Phase == ReleasePhase.Failed ? null : ReleasePhase.Failed.Value,
        now,
        ends: true);
}

/// <summary>The report about a kind that this release accepts and does not act on.</summary>
internal static class UnsupportedKind
{
    /// <summary>Null when the status says so already.</summary>
    /// <param name="target">The object.</param>
    /// <param name="before">Its conditions.</param>
    /// <param name="condition">What the condition says, without reason and generation.</param>
    /// <param name="phase">The phase to set; null when it is right or the kind has none.</param>
    /// <param name="now">Time of day.</param>
    /// <param name="ends">True for a kind that comes to an end: whoever waits for that is told.</param>
    public static StatusReport? Decide(
        IKubernetesObject target, IReadOnlyList<V1Condition>? before, V1Condition condition, string? phase, DateTimeOffset now, bool ends = false)
    {
        var told = condition with { Reason = Reasons.Unsupported, ObservedGeneration = target.Metadata.Generation };
        var conditions = before.Set(told, now);
        if (ends)
        {
            conditions = conditions.Set(told with { Type = ConditionTypes.Completed, Status = Conditions.True }, now);
        }

        if (ReferenceEquals(conditions, before) && phase is null)
        {
            return null;
        }

        var report = new StatusReport(new() { ["conditions"] = StatusReport.ToJson(conditions) }, (Reasons.Unsupported, condition.Message));
        if (phase is not null)
        {
            report.Status["phase"] = phase;
        }

        return report;
    }
}
