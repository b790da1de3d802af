using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Scheduling;

/// <summary>The result of a task that is a container: how its last attempt ended. What the container left stands in <c>status.outputs</c>. Pure.</summary>
internal static class ContainerResult
{
    /// <summary>The envelope; null for other tasks, and for one that never had an attempt.</summary>
    /// <param name="task">The task, Pending.</param>
    /// <param name="verdict">Outcome of the work.</param>
    /// <param name="end">How the task ends.</param>
    public static JsonObject? Of(AgenticTask task, Verdict verdict, CompletionDecision end)
    {
        if (task.Spec.Container is null || task.LastAttempt() is not { } last)
        {
            return null;
        }

        var extra = new JsonObject { ["attempt"] = last.Attempt };
        if (task.Status.JobName is { } job)
        {
            extra["job"] = job;
        }

        if (task.Status.ExitCode is { } code)
        {
            extra["exitCode"] = code;
        }

        var envelope = new ResultEnvelope
        {
            Kind = ResultEnvelope.Container,
            Verdict = verdict,
            FailureReason = end.Reason,
            Summary = Printable.CutToBytes(end.Message, ResultEnvelope.MaxSummaryBytes),
            Extra = extra,
            ElapsedSec = last.EndedAt - last.StartedAt is { } time ? Math.Max(0, time.TotalSeconds) : 0,
        };
        return (JsonObject?)JsonSerializer.SerializeToNode(envelope, ApiJson.Default.ResultEnvelope);
    }
}
