using System.Text.Json.Nodes;
using Foreman.AgentLoop.Loop;
using Foreman.Api;
using Foreman.Git;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Results;

/// <summary>Makes the result of a run from its outcome.</summary>
internal static class ResultBuilder
{
    /// <summary>Files that are named in the envelope; the transcript has all.</summary>
    internal const int MaxFiles = 200;

    /// <summary>Of why a run failed, so much is kept beside a summary that is too short for it.</summary>
    internal const int MaxMessageBytes = 1024;

    /// <summary>A commit message longer than this is cut: the envelope lies in the task's status.</summary>
    internal const int MaxCommitMessageBytes = 8 << 10;

    /// <param name="outcome">How the run ended.</param>
    /// <param name="state">Where it stood; null when it never began.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="elapsed">Wall-clock time of the run.</param>
    /// <param name="redaction">Leaves keys and tokens out. The message of a commit is kept as the model wrote it: whoever commits refuses one with a key in it.</param>
    internal static AgentRunResult Build(LoopOutcome outcome, LoopState? state, string model, TimeSpan elapsed, Redaction redaction)
    {
        IReadOnlyList<DeliveredFile> files = state is null ? [] : [.. state.Files.Values];
        var usage = new Usage
        {
            PromptTokens = (state?.Used.PromptTokens - state?.TakenOver.Used.PromptTokens) ?? 0,
            CachedTokens = (state?.Used.CachedTokens - state?.TakenOver.Used.CachedTokens) ?? 0,
            CompletionTokens = (state?.Used.CompletionTokens - state?.TakenOver.Used.CompletionTokens) ?? 0,
            Turns = (state?.Turn - state?.TakenOver.Turns) ?? 0,
            Seconds = (long)Math.Ceiling(elapsed.TotalSeconds),
        };
        var summary = redaction.Text(outcome.Summary);
        var cut = outcome.Reason is null ? summary : Printable.CutToBytes(summary, ResultEnvelope.MaxSummaryBytes);
        var message = cut == summary ? null : Printable.CutToBytes(summary, MaxMessageBytes);
        return new AgentRunResult
        {
            Phase = outcome.Phase,
            Usage = usage,
            Files = files,
            Timings = state?.Timings,
            Envelope = ResultLimit.Bound(new ResultEnvelope
            {
                Verdict = outcome.Verdict,
                FailureReason = outcome.Reason,
                Summary = cut,
                Extra = Extra(outcome, state, (files, usage, model, message), redaction),
                ElapsedSec = Math.Round(elapsed.TotalSeconds, 3),
            }),
        };
    }

    /// <summary>A message of a commit within its bound; a longer one ends with a whole word, since of half a key no form is known.</summary>
    internal static string CommitMessage(string message)
    {
        var cut = Printable.CutToBytes(message, MaxCommitMessageBytes);
        return cut.Length < message.Length && cut.AsSpan().LastIndexOfAny(' ', '\n', '\t') is > 0 and var end ? cut[..end] : cut;
    }

    private static JsonObject Extra(LoopOutcome outcome, LoopState? state, (IReadOnlyList<DeliveredFile> Files, Usage Usage, string Model, string? Message) run, Redaction redaction)
    {
        var (files, usage, model, message) = run;
        var extra = new JsonObject
        {
            ["outcome"] = outcome.Outcome,
            ["turnCount"] = state?.Turn ?? 0,
            ["model"] = model,
            ["usage"] = new JsonObject
            {
                ["promptTokens"] = usage.PromptTokens,
                ["cachedTokens"] = usage.CachedTokens,
                ["completionTokens"] = usage.CompletionTokens,
            },
            ["files"] = new JsonArray([.. files.Take(MaxFiles).Select(f => (JsonNode)new JsonObject { ["path"] = redaction.Text(f.Path), ["sha256"] = f.Sha256, ["bytes"] = f.Bytes })]),
        };
        if (files.Count > MaxFiles)
        {
            extra["filesLeftOut"] = files.Count - MaxFiles;
        }

        if (state?.Cache is { Share: { } share } cache)
        {
            extra["promptCache"] = new JsonObject { ["share"] = Math.Round(share, 3) };
            if (cache.CollapsedAtTurn is { } turn)
            {
                extra["promptCache"]!["collapsedAtTurn"] = turn;
            }
        }

        if (message is not null)
        {
            extra["message"] = message;
        }

        if (outcome.Submission is { } submission)
        {
            extra["commitMessage"] = CommitMessage(submission.CommitMessage);
            if (submission.Extra is { } more)
            {
                extra["modelExtra"] = redaction.Json(ResultLimit.Copy(more, ResultEnvelope.MaxExtraDepth - 1));
            }
        }

        return extra;
    }
}
