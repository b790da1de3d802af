using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Runner.Orientation;
using Foreman.Runner.Publishing;
using Foreman.Runner.Repositories;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>
/// Reads the issue of an issue-fix and makes it part of the first message of the user. A run that goes on has it in its transcript, as it was when the
/// run began, and reads it no more.
/// </summary>
/// <param name="forges">Null for a runner that reads from none.</param>
/// <param name="options">What becomes of workspaces.</param>
/// <param name="time">The clock of waits, and of the date that the model is told.</param>
/// <param name="logger">Told what can't be removed.</param>
internal sealed class IssueStage(ForgeAccess? forges, RunnerOptions options, TimeProvider time, ILogger logger) : IStage
{
    /// <inheritdoc/>
    public string Name => "issue";

    /// <inheritdoc/>
    public bool IsTimed => true;

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => IsDue(record) ? $"reads issue {Number(record)} of {record.Repository!.Address}" : null;

    /// <summary>True when the task is about an issue that is read: it may then be without a prompt. Pure.</summary>
    /// <param name="spec">The task.</param>
    internal static bool Reads(AgenticTaskSpec spec) => spec.Kind == TaskKind.IssueFix && spec.Payload.Issue is not null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (!IsDue(record))
        {
            return new StageResult.Next(WithEarlier(record));
        }

        var task = record.Attempt.Task;
        var (read, failure) = await ReadAsync(record, stop).ConfigureAwait(false);
        var hasPrompt = !string.IsNullOrWhiteSpace(task.Spec.Payload.Prompt);
        if (read is not { } issue)
        {
            var message = $"issue {Number(record)} of {record.Repository!.Address.FullName} can't be read: {failure!.Message}";

            // A prompt says by itself what is to be done, so a forge that fails does not keep it from being done.
            return hasPrompt ? new StageResult.Next(record with { IssueError = message }) : throw Failure(failure, message);
        }

        if (!hasPrompt && issue.IsPullRequest)
        {
            throw new StageException(
                FailureReason.ConstraintViolated, $"{Number(record)} of {record.Repository!.Address.FullName} is a pull request and no issue. Name an issue, or write what is to be done in spec.payload.prompt");
        }

        if (!hasPrompt && issue.State != "open")
        {
            RunCleanup.RemoveAll(record, options.KeepWorkspace, logger);
            return new StageResult.Done(Closed(record, issue, time.GetElapsedTime(record.StartedAt)) with { Note = record.Note });
        }

        var window = record.Agent?.ContextWindowTokens is > 0 and var asked ? asked : task.Status.Model?.ContextTokens;
        return new StageResult.Next(record with { Prompt = IssueText.Of(task.Spec.Payload.Prompt, record.Repository!.Address.FullName, issue, time.GetUtcNow(), window) });
    }

    /// <summary>Why a task ends whose issue can't be read: what another host or moment may do is given back. Pure.</summary>
    /// <param name="error">What the forge said.</param>
    /// <param name="message">What could not be done, and why.</param>
    internal static StageException Failure(ForgeError error, string message) => error.Kind switch
    {
        ForgeErrorKind.Unreachable or ForgeErrorKind.RateLimited or ForgeErrorKind.Unreadable => new(FailureReason.InfrastructureError, message),
        ForgeErrorKind.Unauthorized or ForgeErrorKind.Forbidden => new(FailureReason.AuthUnavailable, message),
        ForgeErrorKind.Refused => new(FailureReason.Unsupported, $"{message}. Write what is to be done in spec.payload.prompt"),
        _ => new(FailureReason.ConstraintViolated, $"{message}. Name another issue, or write what is to be done in spec.payload.prompt"),
    };

    // Nobody waits any more for what a closed issue asks for, and the task says nothing else.
    private static WorkReport Closed(RunRecord record, ForgeIssue issue, TimeSpan elapsed) => new(
        new ResultEnvelope
        {
            Verdict = Verdict.NoGo,
            Summary = $"issue {Number(record)} of {record.Repository!.Address.FullName} is closed, and the task has no prompt: nothing was done. Open it again, or write what is to be done in spec.payload.prompt",
            Extra = new JsonObject { ["outcome"] = CoderOutcome.AlreadyResolved, ["resolvedBy"] = issue.Url, ["intendedBranch"] = record.Repository.Tree.Plan.Branch },
            ElapsedSec = Math.Round(elapsed.TotalSeconds, 3),
        },
        TaskPhase.Succeeded,
        new Usage { Seconds = (long)Math.Ceiling(elapsed.TotalSeconds) });

    // What the run was told when it began is what it goes on with, and what its report tells.
    private static RunRecord WithEarlier(RunRecord record) => record.Earlier is { } earlier && Reads(record.Attempt.Task.Spec)
        ? record with { Prompt = earlier.Prompt, IssueError = earlier.IssueError }
        : record;

    private static bool IsDue(RunRecord record) => record is { Repository: not null, Earlier: null } && Reads(record.Attempt.Task.Spec);

    private static string Number(RunRecord record) => string.Create(CultureInfo.InvariantCulture, $"#{record.Attempt.Task.Spec.Payload.Issue}");

    private async Task<(ForgeIssue? Issue, ForgeError? Error)> ReadAsync(RunRecord record, CancellationToken stop)
    {
        if (forges is null)
        {
            return (null, new ForgeError(ForgeErrorKind.Refused, "this runner reads from no forge"));
        }

        var most = ForgePatience.Of(TimeSpan.FromSeconds(RunTime.TaskSeconds(record.Attempt.Task.Spec, record.Agent)), time.GetElapsedTime(record.StartedAt));
        var result = await new ForgePatience(time).AskAsync(
            () => forges.ReadIssueAsync(record.Repository!.Address, record.Attempt.Task.Spec.Payload.Issue!.Value, stop), r => r.Error, most, stop).ConfigureAwait(false);
        return (result.Value, result.Error);
    }
}
