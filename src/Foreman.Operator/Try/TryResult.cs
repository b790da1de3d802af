using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Results;

namespace Foreman.Operator.Try;

/// <summary>The result of <c>try</c>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Model">The model server.</param>
/// <param name="File">Absolute path of the first file that the task delivered; null when there is none.</param>
/// <param name="ToRunning">Time from its creation until it ran; null when it never did.</param>
/// <param name="ToDone">Time from its creation to its end.</param>
internal sealed record TryResult(AgenticTask Task, ModelSource Model, string? File, TimeSpan? ToRunning, TimeSpan ToDone)
{
    /// <summary>Absolute path of the clone that was changed; null when there was none.</summary>
    public string? Repo { get; init; }

    public Verdict Verdict => Task.Status.Verdict ?? Verdict.Incomplete;

    public bool Success => Verdict == Verdict.Go;

    /// <summary>Why attempts did not end well, oldest first, one line each; empty when the task succeeded.</summary>
    public IReadOnlyList<string> Causes => Success ? [] : EndedTask.Causes(Task);

    /// <summary>The cause of the last attempt, else what the condition Completed says; null when the task succeeded.</summary>
    public string? Cause => Success ? null : EndedTask.Cause(Task);

    /// <summary>The run's summary, or why there was none.</summary>
    public string Summary => EndedTask.Summary(Task);

    /// <summary>The one line of <c>--output json</c>.</summary>
    public string ToJson() => new JsonObject
    {
        ["verdict"] = Verdict.Value,
        ["reason"] = Task.Status.FailureReason?.Value,
        ["cause"] = Cause,
        ["task"] = $"{Task.Metadata.NamespaceProperty}/{Task.Metadata.Name}",
        ["node"] = Task.Status.AssignedNode,
        ["model"] = Task.Status.Model?.Name ?? Model.Name,
        ["demo"] = Model.Demo,
        ["file"] = File,
        ["branch"] = Task.Status.Branch,
        ["commitSHA"] = Task.Status.CommitSHA,
        ["gate"] = Task.Status.Gate is null ? null : new JsonArray([.. Task.Status.Gate.Select(g => (JsonNode)new JsonObject { ["check"] = g.Check, ["outcome"] = g.Outcome.Value, ["seconds"] = g.Seconds })]),
        ["seconds"] = new JsonObject
        {
            ["running"] = ToRunning is { } running ? Math.Round(running.TotalSeconds, 3) : null,
            ["done"] = Math.Round(ToDone.TotalSeconds, 3),
        },
    }.ToJsonString(Relaxed);

    private static System.Text.Json.JsonSerializerOptions Relaxed { get; } = new(ApiJson.Default.Options)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = false,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
    };
}
