using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>A Workload for programs. Pure.</summary>
internal static class WorkloadJson
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line.</summary>
    /// <param name="state">The Workload as it was last seen.</param>
    /// <param name="isNew">True when this call created it, false when it did not; null where that is not asked.</param>
    public static string Line(WorkloadState state, bool? isNew)
    {
        var (workload, status) = (state.Workload, state.Workload.Status);
        var ended = status?.Conditions.Find(ConditionTypes.Completed);
        var json = new JsonObject { ["workload"] = state.Name, ["namespace"] = workload.Namespace(), ["uid"] = workload.Uid() };
        if (isNew is not null)
        {
            json["created"] = isNew;
        }

        json["deleted"] = state.IsGone;
        json["phase"] = status?.Phase?.Value;
        json["ended"] = WorkloadState.HasEnded(workload);
        json["reason"] = ended?.Reason ?? status?.Conditions.Find(ConditionTypes.Planned)?.Reason;
        json["message"] = ended?.Message ?? status?.Conditions.Find(ConditionTypes.Planned)?.Message;
        json["repo"] = workload.Spec.Repo;
        json["suspended"] = workload.Spec.Suspend == true;
        json["cancelled"] = workload.Spec.Cancel == true;
        json["tasks"] = new JsonObject
        {
            ["inFlight"] = status?.InFlightTasks ?? 0,
            ["succeeded"] = status?.SucceededTasks ?? 0,
            ["incomplete"] = status?.IncompleteTasks ?? 0,
            ["failed"] = status?.FailedTasks ?? 0,
            ["alreadyResolved"] = status?.AlreadyResolvedTasks ?? 0,
        };
        json["notes"] = new JsonArray([.. WorkloadText.Notes(workload).Select(n => (JsonNode?)n)]);
        json["needsDecision"] = state.IsParked;
        json["questions"] = new JsonArray([.. (status?.Questions ?? []).Select(q => (JsonNode)new JsonObject { ["step"] = q.Step, ["question"] = q.Question, ["answer"] = q.Answer })]);
        json["pullRequests"] = new JsonArray([.. (status?.PullRequests ?? []).Select(p => (JsonNode?)p)]);
        json["usage"] = UsageOf(status?.Usage);
        json["steps"] = new JsonArray([.. state.Steps.Select(s => (JsonNode)Step(s, state.TaskOf(s)))]);
        return json.ToJsonString(Relaxed);
    }

    private static JsonObject Step(WorkloadStep step, AgenticTask? task) => new()
    {
        ["name"] = step.Name,
        ["kind"] = step.Kind.Value,
        ["agent"] = step.Agent,
        ["issue"] = step.Issue,
        ["why"] = step.Why,
        ["task"] = step.Task,
        ["state"] = step.State.Value,
        ["superseded"] = step.Superseded == true,
        ["verdict"] = step.Verdict?.Value,
        ["reason"] = step.Reason?.Value,
        ["outcome"] = step.Outcome,
        ["resolvedBy"] = step.ResolvedBy,
        ["message"] = step.Message,
        ["node"] = task?.Status.AssignedNode,
        ["model"] = task?.Status.Model?.Name,
        ["attempt"] = task?.Status.Attempt,
        ["branch"] = step.Branch,
        ["commitSHA"] = step.CommitSHA,
        ["pullRequestURL"] = step.PullRequest,
        ["findings"] = task is null ? null : DispatchFindings.Of(task)?.DeepClone(),
        ["usage"] = UsageOf(step.Usage),
    };

    private static JsonObject? UsageOf(Usage? usage) => usage is null ? null : new()
    {
        ["turns"] = usage.Turns,
        ["promptTokens"] = usage.PromptTokens,
        ["completionTokens"] = usage.CompletionTokens,
        ["seconds"] = usage.Seconds,
    };
}
