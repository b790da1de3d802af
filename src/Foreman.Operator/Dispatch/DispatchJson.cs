using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Results;

namespace Foreman.Operator.Dispatch;

/// <summary>A task for programs. Pure.</summary>
internal static class DispatchJson
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line.</summary>
    /// <param name="task">The task as it was last seen.</param>
    /// <param name="isNew">True when this call created it.</param>
    public static string Line(DispatchedTask task, bool isNew)
    {
        var (seen, status) = (task.Task, task.Task.Status);
        var isOver = seen.IsTerminal();
        return new JsonObject
        {
            ["task"] = task.Name,
            ["namespace"] = seen.Namespace(),
            ["uid"] = seen.Uid(),
            ["created"] = isNew,
            ["deleted"] = task.IsGone,
            ["phase"] = seen.PhaseOrPending().Value,
            ["verdict"] = status.Verdict?.Value,
            ["reason"] = status.FailureReason?.Value,
            ["summary"] = isOver ? EndedTask.Summary(seen) : null,
            ["cause"] = isOver && !seen.SucceededOnTarget() ? EndedTask.Cause(seen) : null,
            ["node"] = status.AssignedNode,
            ["model"] = status.Model?.Name,
            ["attempt"] = status.Attempt,
            ["repo"] = seen.Spec.Payload.Repo,
            ["branch"] = status.Branch,
            ["commitSHA"] = status.CommitSHA,
            ["pullRequestURL"] = EndedTask.Extra(seen, "pullRequestURL"),
            ["pullRequestDraft"] = EndedTask.Extra(seen, "pullRequestURL") is null ? null : EndedTask.Says(seen, "pullRequestDraft"),
            ["pullRequestError"] = EndedTask.Extra(seen, "pullRequestError"),
            ["gate"] = status.Gate is null ? null : new JsonArray([.. status.Gate.Select(g => (JsonNode)new JsonObject { ["check"] = g.Check, ["outcome"] = g.Outcome.Value, ["seconds"] = g.Seconds })]),
            ["findings"] = DispatchFindings.Of(seen)?.DeepClone(),
            ["diff"] = (status.Result?["extra"] as JsonObject)?["diff"]?.DeepClone(),
            ["usage"] = status.Usage is not { } usage ? null : new JsonObject
            {
                ["turns"] = usage.Turns,
                ["promptTokens"] = usage.PromptTokens,
                ["completionTokens"] = usage.CompletionTokens,
                ["seconds"] = usage.Seconds,
            },
        }.ToJsonString(Relaxed);
    }
}
