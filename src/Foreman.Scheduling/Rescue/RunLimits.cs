using System.Globalization;
using Foreman.Api;

namespace Foreman.Scheduling;

/// <summary>
/// The limits of a run, also over a holder that lives: its time, its silence, and how long it takes to obey <c>spec.cancel</c>. The
/// holder knows them too and is given time to end the run by itself; this is for one that does not.
/// </summary>
internal static class RunLimits
{
    /// <summary>Longest silence of a model server, before and within its answer, when the Agent has none.</summary>
    private const int DefaultTurnTimeout = 120;

    /// <summary>Longest call of a tool when the Agent says nothing else.</summary>
    private const int DefaultToolTimeout = 30;

    /// <summary>
    /// What a run may take beyond its loop, and its progress beyond the silence of a server or a tool: the holder reports at most once
    /// a minute, writes large tasks only every 5 minutes, and one of its writes may fail.
    /// </summary>
    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(RunTime.SpareSeconds);

    /// <summary>How long a final write may take.</summary>
    private static readonly TimeSpan WriteTime = TimeSpan.FromSeconds(60);

    /// <summary>How long an attempt may be Running: spec.timeoutSeconds, else the time of the loop and 600 s.</summary>
    /// <param name="task">The task.</param>
    /// <param name="agent">Its Agent.</param>
    public static TimeSpan Time(AgenticTaskSpec task, AgentSpec agent) => TimeSpan.FromSeconds(RunTime.TaskSeconds(task, agent));

    /// <summary>
    /// How long a run may go on without a change of its progress. The holder also renews it within a turn, while bytes of an answer come
    /// and while it waits for a model server, a tool or MCP servers, so that neither slow answers nor long waits count as silence: a server
    /// that sends nothing ends the turn by its own deadline, a tool by its own, and whatever goes on for ever, be it only comments
    /// that keep a connection open, after <see cref="Time"/>.
    /// </summary>
    /// <param name="agent">Its Agent.</param>
    public static TimeSpan Silence(AgentSpec agent) => Seconds(agent.RequestTurnTimeoutSeconds, DefaultTurnTimeout) + LongestTool(agent) + Spare;

    /// <summary>How long a holder that must end its run gets for that: its tool's last call and the final write.</summary>
    /// <param name="agent">Its Agent.</param>
    public static TimeSpan Grace(AgentSpec agent) => LongestTool(agent) + WriteTime;

    /// <summary>Whether a run is taken back from a holder that lives.</summary>
    /// <param name="view">The task and what is known of its holder.</param>
    /// <param name="rules">Those of its placement; null when this release has none.</param>
    /// <param name="agent">Its Agent.</param>
    public static HolderDecision Judge(HolderView view, IPlacementRules? rules, AgentSpec agent)
    {
        if ((rules is null ? view.UndisturbedSince : rules.HeardSince(view)) is not { } heard)
        {
            return HolderDecision.Keep;
        }

        var limits = view.Run is { } run ? OfRun(view, run, heard, agent) : [Unclaimed(view, heard, agent)];
        var (due, reason) = limits.MinBy(l => l.Due);
        return view.Uptime < due ? HolderDecision.KeepUntil(due) : HolderDecision.TakeBack(reason);
    }

    private static IEnumerable<(TimeSpan Due, TakeBackReason Reason)> OfRun(HolderView view, ObservedRun run, TimeSpan heard, AgentSpec agent)
    {
        var (time, silence, grace) = (Time(view.Task.Spec, agent), Silence(agent), Grace(agent));
        var field = view.Task.Spec.TimeoutSeconds is > 0 ? "spec.timeoutSeconds" : "requestTimeoutSeconds and 600 s";
        yield return (Later(run.StartedAt + time, heard) + grace, new(
            AttemptOutcome.Failed, FailureReason.Timeout.Value, $"it ran for more than {Text(time)} ({field}), and its holder did not end it"));
        yield return (Later(run.ProgressAt, heard) + silence, new(
            AttemptOutcome.Lost, Reasons.NoProgress, $"its holder lives, but the run made no progress for {Text(silence)}"));
        if (run.CancelledAt is { } cancelled)
        {
            yield return (Later(cancelled, heard) + grace, new(
                AttemptOutcome.Failed, FailureReason.Cancelled.Value, $"spec.cancel was set, and its holder did not end the run within {Text(grace)}"));
        }
    }

    // An assignment of a placement that this release does not know: its limits are another release's, but not without end.
    private static (TimeSpan Due, TakeBackReason Reason) Unclaimed(HolderView view, TimeSpan heard, AgentSpec agent)
    {
        var time = Time(view.Task.Spec, agent) + Grace(agent);
        return (Later(view.Since, heard) + time, new(
            AttemptOutcome.Unclaimed, Reasons.Unclaimed, $"nobody claimed it in place {view.Task.Status.Placement}, which this release does not know, within {Text(time)}"));
    }

    private static TimeSpan LongestTool(AgentSpec agent) =>
        TimeSpan.FromSeconds(Math.Max(agent.ToolTimeoutSeconds is > 0 ? agent.ToolTimeoutSeconds.Value : DefaultToolTimeout, agent.BashTimeoutSeconds ?? 0));

    private static TimeSpan Seconds(int? value, int otherwise) => TimeSpan.FromSeconds(value is > 0 ? value.Value : otherwise);

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
