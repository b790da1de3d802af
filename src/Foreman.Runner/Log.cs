using Foreman.Runner.Fencing;
using Foreman.Runner.Outboxes;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner;

/// <summary>Everything that the runner logs. Event ids are unique within this assembly.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Attempt} is claimed")]
    public static partial void Claimed(this ILogger logger, Attempt attempt);

    [LoggerMessage(2, LogLevel.Warning, "{Attempt} is declined: {Message}")]
    public static partial void Declined(this ILogger logger, Attempt attempt, string message);

    [LoggerMessage(3, LogLevel.Warning, "{Attempt} is stopped without a write: {Reason}")]
    public static partial void StoppedWithoutWrite(this ILogger logger, Attempt attempt, string reason);

    [LoggerMessage(4, LogLevel.Error, "{Attempt} failed inside the runner")]
    public static partial void RunnerFault(this ILogger logger, Exception exception, Attempt attempt);

    [LoggerMessage(5, LogLevel.Information, "{Entry}: {Outcome}, {Reason}, {Message}")]
    public static partial void FinalWriteSettled(this ILogger logger, OutboxEntry entry, RunOutcomeKind outcome, string reason, string message);

    [LoggerMessage(6, LogLevel.Information, "The result of {Entry}, which waited: {Outcome}")]
    public static partial void Replayed(this ILogger logger, OutboxEntry entry, DeliveryOutcome outcome);

    [LoggerMessage(7, LogLevel.Error, "{Attempt} did not stop within {Grace:0} s; it is left behind and its slot is free")]
    public static partial void RunLeftBehind(this ILogger logger, Attempt attempt, double grace);

    [LoggerMessage(8, LogLevel.Warning, "{Attempt}, which was left behind, has ended now")]
    public static partial void LeftBehindEnded(this ILogger logger, Exception? exception, Attempt attempt);

    [LoggerMessage(9, LogLevel.Error, "A signal to {Attempt} could not be heeded")]
    public static partial void SignalNotHeeded(this ILogger logger, Exception exception, Attempt attempt);

    [LoggerMessage(10, LogLevel.Debug, "{Attempt}, stage {Stage}: {Effect}")]
    public static partial void StageBegins(this ILogger logger, Attempt attempt, string stage, string effect);

    [LoggerMessage(11, LogLevel.Information, "{Attempt} waits for the model server: {Reason}")]
    public static partial void WaitsForModel(this ILogger logger, Attempt attempt, string reason);

    [LoggerMessage(12, LogLevel.Information, "{Attempt}: the model server answers again")]
    public static partial void ModelAnswersAgain(this ILogger logger, Attempt attempt);

    [LoggerMessage(13, LogLevel.Warning, "The workspace of {Attempt} stays at {Path}: {Reason}")]
    public static partial void WorkspaceStays(this ILogger logger, Attempt attempt, string path, string reason);

    [LoggerMessage(14, LogLevel.Warning, "The transcript of {Attempt} is not complete in the cluster (it is on this host): {Reason}")]
    public static partial void TranscriptIncomplete(this ILogger logger, Attempt attempt, string reason);

    [LoggerMessage(15, LogLevel.Information, "Removed what {Count} runs left long ago, {Bytes} bytes, from {Workspaces} and {State}")]
    public static partial void RunFilesRemoved(this ILogger logger, int count, long bytes, string workspaces, string state);

    [LoggerMessage(16, LogLevel.Warning, "What {Count} runs left long ago can't be removed: {Reason}")]
    public static partial void RunFilesStay(this ILogger logger, int count, string reason);

    [LoggerMessage(17, LogLevel.Warning, "What runs left long ago can't be looked at: {Reason}")]
    public static partial void RetentionFailed(this ILogger logger, Exception exception, string reason);

    [LoggerMessage(18, LogLevel.Warning, "{Folder} holds folders named like workspaces, but nothing shows that runs made it, so nothing in it is removed. If it is one of workspaces, create the empty file {Mark}")]
    public static partial void FolderUnmarked(this ILogger logger, string folder, string mark);

    [LoggerMessage(19, LogLevel.Warning, "Mirrors of repositories in {Folder} can't be removed: {Reason}")]
    public static partial void MirrorsStay(this ILogger logger, Exception exception, string folder, string reason);

    [LoggerMessage(20, LogLevel.Warning, "{Write} of {Attempt} failed and is tried again: {Failure}")]
    public static partial void WriteFailed(this ILogger logger, WriteKind write, Attempt attempt, string failure);

    [LoggerMessage(21, LogLevel.Warning, "{Write} of {Attempt} was not taken: {Reason}")]
    public static partial void WriteNotTaken(this ILogger logger, WriteKind write, Attempt attempt, string reason);

    [LoggerMessage(22, LogLevel.Information, "{Write} of {Attempt} is stored after {Tries} tries")]
    public static partial void WriteStored(this ILogger logger, WriteKind write, Attempt attempt, int tries);

    [LoggerMessage(23, LogLevel.Warning, "Progress of {Attempt} could not be written; the next turn is tried again")]
    public static partial void ProgressNotWritten(this ILogger logger, Exception exception, Attempt attempt);

    [LoggerMessage(30, LogLevel.Error, "{Fault}. It is kept in memory and sent from there; it is lost if this process ends before the API server takes it")]
    public static partial void NotInOutbox(this ILogger logger, string fault);

    [LoggerMessage(31, LogLevel.Error, "The result of {Entry} is refused, so a plainer one is tried: {Reason}")]
    public static partial void ResultRefused(this ILogger logger, OutboxEntry entry, string reason);

    [LoggerMessage(32, LogLevel.Error, "The result of {Entry} stays in the outbox: {Reason}")]
    public static partial void StaysInOutbox(this ILogger logger, OutboxEntry entry, string reason);

    [LoggerMessage(33, LogLevel.Error, "{Path} was written by another release and is left alone: start that release to deliver it, or delete it")]
    public static partial void OutboxFileOfAnotherRelease(this ILogger logger, string path);

    [LoggerMessage(34, LogLevel.Error, "{Path} cannot be read and is left alone: {Reason}")]
    public static partial void OutboxFileUnreadable(this ILogger logger, string path, string reason);

    [LoggerMessage(35, LogLevel.Warning, "{Path} cannot be deleted: {Reason}")]
    public static partial void OutboxFileStays(this ILogger logger, string path, string reason);

    [LoggerMessage(36, LogLevel.Error, "The outbox could not be worked on; it is tried again")]
    public static partial void OutboxFault(this ILogger logger, Exception exception);

    [LoggerMessage(37, LogLevel.Error, "The result of {Entry} is given up after {Days:0} days: {Reason}")]
    public static partial void ResultGivenUp(this ILogger logger, OutboxEntry entry, double days, string reason);

    [LoggerMessage(40, LogLevel.Debug, "{Task} attempt {Attempt}: {Outcome} {Reason} {Message}")]
    public static partial void RunSettled(this ILogger logger, string task, long attempt, RunOutcomeKind outcome, string reason, string message);

    [LoggerMessage(41, LogLevel.Error, "The run of {Task} (attempt {Attempt}) broke off; its slot is free and the task is given back")]
    public static partial void RunBrokeOff(this ILogger logger, Exception exception, string task, long attempt);

    [LoggerMessage(42, LogLevel.Warning, "Stopping now: runs are given back")]
    public static partial void StoppingNow(this ILogger logger);

    [LoggerMessage(44, LogLevel.Error, "{Task} (attempt {Attempt}) could not be given back after its run broke off; it is looked at again")]
    public static partial void NotGivenBack(this ILogger logger, Exception exception, string task, long attempt);

    [LoggerMessage(45, LogLevel.Warning, "{Task} (attempt {Attempt}) is held by this process without a run: it is settled")]
    public static partial void HeldWithoutRun(this ILogger logger, string task, long attempt);

    [LoggerMessage(46, LogLevel.Error, "The end of a run could not be told")]
    public static partial void EndNotTold(this ILogger logger, Exception exception);

    [LoggerMessage(47, LogLevel.Warning, "{Attempt}: its Agent's modelProfileRef names {Profile}, which does not exist; the run goes on without it")]
    public static partial void ModelProfileMissing(this ILogger logger, string attempt, string profile);

    [LoggerMessage(43, LogLevel.Warning, "Runs are left where they are; their results, if any, are delivered by the next process")]
    public static partial void RunsAbandoned(this ILogger logger);

    [LoggerMessage(65, LogLevel.Error, "The audit log in {Folder} can't be written ({Reason}); runs go on, and calls that are not recorded are counted")]
    public static partial void AuditLost(this ILogger logger, string folder, string reason);

    [LoggerMessage(66, LogLevel.Warning, "The audit log is written again; {Lost} calls are not in it")]
    public static partial void AuditWrittenAgain(this ILogger logger, long lost);

    [LoggerMessage(107, LogLevel.Information, "Git servers and forges get no token; repositories that need none can be worked on. {Problem}")]
    public static partial void NoGitTokens(this ILogger logger, string problem);
}
