using Foreman.Api;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent;

/// <summary>What the agent logs, but for what runs: <c>Dispatching</c> and the runner have logs of their own.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Warning}")]
    public static partial void FlagHasNoEffect(this ILogger logger, string warning);

    [LoggerMessage(2, LogLevel.Information, "Stopped before the start was complete")]
    public static partial void StoppedWhileStarting(this ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "{Error}. Trying again in {Wait:0.0} s")]
    public static partial void RetryingStart(this ILogger logger, string error, double wait);

    [LoggerMessage(4, LogLevel.Information, "{Node} is in the fleet as {Holder}: {Slots} slots, accelerator {Accelerator}")]
    public static partial void Joined(this ILogger logger, string node, string holder, int? slots, Accelerator? accelerator);

    [LoggerMessage(5, LogLevel.Information, "Stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(6, LogLevel.Error, "The Lease of {Node} was taken by {Holder}: another agent serves this name now")]
    public static partial void LeaseLost(this ILogger logger, string node, string holder);

    [LoggerMessage(8, LogLevel.Information, "The Lease of {Node} was taken by {Holder} while this agent stops")]
    public static partial void LeaseLostWhileStopping(this ILogger logger, string node, string holder);

    [LoggerMessage(7, LogLevel.Information, "Draining: no new tasks; runs may go on for {Timeout:0} s")]
    public static partial void Draining(this ILogger logger, double timeout);

    [LoggerMessage(10, LogLevel.Warning, "The heartbeat failed: {Error}. Trying again in {Wait:0.0} s")]
    public static partial void HeartbeatFailed(this ILogger logger, string error, double wait);

    [LoggerMessage(11, LogLevel.Warning, "{Refusal}. Waiting whether it is alive, up to {Left:0} s")]
    public static partial void WaitingForLease(this ILogger logger, string refusal, double left);

    [LoggerMessage(12, LogLevel.Information, "FleetNode {Node} is kept as it is: {Difference}")]
    public static partial void NodeKept(this ILogger logger, string node, string difference);

    [LoggerMessage(13, LogLevel.Information, "FleetNode {Node} is registered")]
    public static partial void NodeRegistered(this ILogger logger, string node);

    [LoggerMessage(15, LogLevel.Error, "A fault in the renewal of the Lease of {Node}: it goes on in {Wait:0.0} s")]
    public static partial void LeaseFault(this ILogger logger, Exception exception, string node, double wait);

    [LoggerMessage(16, LogLevel.Error, "A fault in the heartbeat: it goes on in {Wait:0.0} s")]
    public static partial void HeartbeatFault(this ILogger logger, Exception exception, double wait);

    [LoggerMessage(17, LogLevel.Error, "{Problem}")]
    public static partial void RightsMissing(this ILogger logger, string problem);

    [LoggerMessage(18, LogLevel.Information, "The rights in the task namespaces are complete now")]
    public static partial void RightsGranted(this ILogger logger);

    [LoggerMessage(19, LogLevel.Warning, "Whether this host has its rights could not be found out: {Error}")]
    public static partial void RightsNotFound(this ILogger logger, string error);

    [LoggerMessage(20, LogLevel.Error, "The watch of this host's FleetNode broke off; it begins again")]
    public static partial void NodeWatchBrokeOff(this ILogger logger, Exception exception);

    [LoggerMessage(31, LogLevel.Information, "Commands of models run in a sandbox: {Mode}")]
    public static partial void SandboxFound(this ILogger logger, SandboxMode mode);

    [LoggerMessage(32, LogLevel.Warning, "Commands of models run in a reduced sandbox: {Reason}")]
    public static partial void SandboxReduced(this ILogger logger, string? reason);

    [LoggerMessage(33, LogLevel.Warning, "No sandbox works here, so tasks with commands are not taken: {Reason}")]
    public static partial void SandboxUnavailable(this ILogger logger, string? reason);

    [LoggerMessage(34, LogLevel.Warning, "Commands of models run UNCONFINED (--insecure-no-sandbox): they can read and change all that this agent can. {Reason}")]
    public static partial void SandboxDisabled(this ILogger logger, string? reason);

    [LoggerMessage(35, LogLevel.Warning, "{Count} commands that had outlived a killed agent were ended")]
    public static partial void LeftoverCommandsEnded(this ILogger logger, int count);

    [LoggerMessage(36, LogLevel.Warning, "{Difference}")]
    public static partial void DefinitionsOlder(this ILogger logger, string difference);

    [LoggerMessage(40, LogLevel.Debug, "The {Token} is new")]
    public static partial void TokenRenewed(this ILogger logger, string token);

    [LoggerMessage(41, LogLevel.Warning, "The {Token} could not be renewed: {Error}. It is tried again")]
    public static partial void TokenNotRenewed(this ILogger logger, string token, string error);

    [LoggerMessage(42, LogLevel.Warning, "The {Token} is not renewed: the host may not renew it, or was enrolled by an earlier release. `foreman-operator enroll {Node}` gives it the right, and prints the command that takes a token of this one")]
    public static partial void TokenNotRenewable(this ILogger logger, string token, string node);

    [LoggerMessage(43, LogLevel.Error, "{Error}")]
    public static partial void EnrollAgain(this ILogger logger, string error);

    [LoggerMessage(44, LogLevel.Warning, "The {Token}, which renews this host's after a time without the cluster, could not be renewed itself: {Error}")]
    public static partial void RenewalTokenNotRenewed(this ILogger logger, string token, string error);

    [LoggerMessage(45, LogLevel.Warning, "The renewed token could not be written into {File}, so it ends with this process: {Error}. Put the kubeconfig into a folder that the agent may write to, and name it with --kubeconfig")]
    public static partial void KubeconfigNotWritten(this ILogger logger, string file, string error);

    [LoggerMessage(46, LogLevel.Warning, "Attempt {Attempt} of {Namespace}/{Task} is not run: {Why}")]
    public static partial void NotThisAttempt(this ILogger logger, string @namespace, string task, long attempt, string why);

    [LoggerMessage(47, LogLevel.Warning, "{File} is left out of the outputs: {Why}")]
    public static partial void OutputsLeftOut(this ILogger logger, string file, string why);

    [LoggerMessage(14, LogLevel.Warning, "{Note}")]
    public static partial void ProbeNote(this ILogger logger, string note);

    [LoggerMessage(30, LogLevel.Information, "No longer: {Note}")]
    public static partial void ProbeNoteGone(this ILogger logger, string note);
}
