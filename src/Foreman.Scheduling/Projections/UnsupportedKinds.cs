using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Scheduling;

/// <summary>The kinds that this release accepts and does not act on yet: each says so at once.</summary>
internal static class UnsupportedKinds
{
    public static IEnumerable<StatusWrite?> Writes(ProjectionInput view) =>
        view.Snapshot.Workloads.Select(w => Write(
                w, w.Status?.Conditions, (ConditionTypes.Planned, Conditions.False, "spec: Workloads are not part of this release; create AgenticTasks of kind freeform instead."),
                w.Status?.Phase == WorkloadPhase.Failed ? null : WorkloadPhase.Failed.Value, view.Now))
            .Concat(view.Snapshot.Releases.Select(r => Write(
                r, r.Status?.Conditions, (ConditionTypes.Halted, Conditions.True, "spec: rolling out agents is not part of this release; install the new version on the hosts."),
                r.Status?.Phase == ReleasePhase.Failed ? null : ReleasePhase.Failed.Value, view.Now)))
            .Concat(view.Snapshot.Profiles.Select(p => Write(
                p, p.Status?.Conditions, (ConditionTypes.Accepted, Conditions.False, "spec: ModelProfiles are not part of this release; write what is to be added into the Agent's systemPrompt."),
                null, view.Now)));

    private static StatusWrite? Write(
        IKubernetesObject target,
        IReadOnlyList<V1Condition>? before,
        (string Type, string Status, string Message) told,
        string? phase,
        DateTimeOffset now)
    {
        var conditions = before.Set(
            new V1Condition
            {
                Type = told.Type,
                Status = told.Status,
                Reason = Reasons.Unsupported,
                Message = told.Message,
                ObservedGeneration = target.Metadata.Generation,
            },
            now);
        if (ReferenceEquals(conditions, before) && phase is null)
        {
            return null;
        }

        var changes = new JsonObject
        {
            ["conditions"] = JsonSerializer.SerializeToNode(conditions, KubernetesJson.Default.IReadOnlyListV1Condition),
        };
        if (phase is not null)
        {
            changes["phase"] = phase;
        }

        return new StatusWrite(target, changes, new PlannedEvent(Warning: true, Reasons.Unsupported, told.Message));
    }
}
