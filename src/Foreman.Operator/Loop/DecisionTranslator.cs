using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;
using Foreman.Scheduling;

namespace Foreman.Operator.Loop;

/// <summary>The one place where decisions become patches.</summary>
internal static class DecisionTranslator
{
    /// <summary>The patch of the object's status; null when it is deleted, or only an event is recorded.</summary>
    public static V1Patch? ToPatch(Decision decision) => decision switch
    {
        AssignTask d => TaskWrites.Assign(d.Task, d.Assignment, Conditions(d)),
        TakeBackTask d => TaskWrites.TakeBack(d.Task, d.Attempt, Conditions(d), d.After.Status.ExitCode),
        CompleteTask d => TaskWrites.EndPending(d.Task, d.Completion),
        ExplainTask d => TaskWrites.PendingConditions(d.Task, Conditions(d)),
        ChangeNodeStatus d => V1Patch.Merge(new JsonObject { ["status"] = NodeChanges(d.Node.Status ?? new(), d.After) }),
        DeleteTask or DeleteNode or RecordEvent => null,
        _ => throw Unknown(decision),
    };

    /// <summary>The object that a decision is about.</summary>
    public static IKubernetesObject TargetOf(Decision decision) => decision switch
    {
        TaskDecision d => d.Task,
        ChangeNodeStatus d => d.Node,
        DeleteTask d => d.Task,
        DeleteNode d => d.Node,
        RecordEvent d => d.About,
        _ => throw Unknown(decision),
    };

    /// <summary>That nothing else than what was decided upon is deleted, and that what it owns goes after it.</summary>
    public static DeleteOptions DeletionOf(IKubernetesObject target) => new()
    {
        PropagationPolicy = PropagationPolicy.Background,
        PreconditionUid = target.Uid(),
        PreconditionResourceVersion = target.ResourceVersion(),
    };

    /// <summary>The lane in which it is sent.</summary>
    public static WriteLane LaneOf(Decision decision) => decision switch
    {
        AssignTask or TakeBackTask or CompleteTask => WriteLane.Assignment,
        ChangeNodeStatus => WriteLane.NodeStatus,
        ExplainTask => WriteLane.Explanation,
        RecordEvent => WriteLane.Event,
        DeleteTask or DeleteNode => WriteLane.CleanUp,
        _ => throw Unknown(decision),
    };

    /// <summary>Name for the log.</summary>
    public static string NameOf(Decision decision) => decision switch
    {
        AssignTask => "Assign",
        TakeBackTask => "TakeBack",
        CompleteTask => "Complete",
        ExplainTask => "Explain",
        ChangeNodeStatus => "ChangeNodeStatus",
        RecordEvent => "RecordEvent",
        DeleteTask => "DeleteTask",
        DeleteNode => "DeleteNode",
        _ => throw Unknown(decision),
    };

    private static IReadOnlyList<V1Condition> Conditions(TaskDecision decision) => decision.After.Status.Conditions ?? [];

    // Only what differs: the rest of the status is the agent's.
    private static JsonObject NodeChanges(FleetNodeStatus before, FleetNodeStatus after)
    {
        var changes = new JsonObject();
        if (!ReferenceEquals(before.Conditions, after.Conditions))
        {
            changes["conditions"] = JsonSerializer.SerializeToNode(after.Conditions ?? [], KubernetesJson.Default.IReadOnlyListV1Condition);
        }

        if (before.Phase != after.Phase)
        {
            changes["phase"] = after.Phase?.Value;
        }

        if (before.UsedSlots != after.UsedSlots)
        {
            changes["usedSlots"] = after.UsedSlots;
        }

        if (!ReferenceEquals(before.CurrentTasks, after.CurrentTasks))
        {
            changes["currentTasks"] = new JsonArray([.. (after.CurrentTasks ?? []).Select(t => JsonValue.Create(t))]);
        }

        if (before.CurrentTask != after.CurrentTask)
        {
            changes["currentTask"] = after.CurrentTask;
        }

        return changes;
    }

    private static InvalidOperationException Unknown(Decision decision) => new($"{decision} is no decision that can be carried out.");
}
