using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Live;
using Foreman.Operator.Try;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>A Workload in words. Pure.</summary>
internal static class WorkloadText
{
    private const int MostMessage = 1000;

    /// <summary>Where it stands: its phase, and why or how far.</summary>
    public static string Where(WorkloadState state)
    {
        if (state.IsGone)
        {
            return "deleted before it ended";
        }

        var status = state.Workload.Status;
        if (status?.Phase is not { } phase)
        {
            return "new";
        }

        var conditions = status.Conditions;
        var why = conditions.Find(ConditionTypes.Completed) is { Status: Conditions.True } end ? end
            : conditions.Find(ConditionTypes.Planned) is { Status: Conditions.False } fault ? fault
            : null;
        return why is not null
            ? TryFormat.OneLine($"{phase} ({why.Reason}): {why.Message}", MostMessage)
            : $"{TryFormat.OneLine(phase.Value, 40)}{(conditions.IsTrue(ConditionTypes.Suspended) ? ", suspended" : "")}{(state.OpenQuestions.Count > 0 ? ", asks a person" : "")}: {Counts(status)}";
    }

    /// <summary>What else is to be known of it, a line each.</summary>
    public static IEnumerable<string> Notes(Workload workload) => Intake(workload).Concat((workload.Status?.Conditions ?? [])
        .Where(c => c.Type is not (ConditionTypes.Planned or ConditionTypes.Dispatched or ConditionTypes.Completed))
        .Where(c => c.Status == Conditions.True || c.Type == ConditionTypes.EscalationTriggered)
        .Select(c => TryFormat.OneLine($"{c.Type}: {c.Message}", MostMessage)));

    /// <summary>True for the note about what waits for a person.</summary>
    public static bool IsQuestion(string note) => note.StartsWith(ConditionTypes.NeedsDecision + ":", StringComparison.Ordinal);

    /// <summary>What the ended tasks used; null for nothing.</summary>
    public static string? Used(Workload workload) => workload.Status?.Usage is not { } usage ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{usage.Turns} turns, {usage.PromptTokens:N0} tokens read, {usage.CompletionTokens:N0} written, {TimeSpan.FromSeconds(Math.Clamp(usage.Seconds, 0, int.MaxValue)):c}");

    /// <summary>How it looks.</summary>
    public static LineLook Look(WorkloadState state) =>
        state.IsGone || state.Workload.Status?.Phase == WorkloadPhase.Failed ? LineLook.Bad
        : state.Workload.Status?.Phase == WorkloadPhase.Completed ? LineLook.Good
        : LineLook.Plain;

    private static IEnumerable<string> Intake(Workload workload)
    {
        if (workload.Status?.Intake is not { } intake)
        {
            yield break;
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"issues: {intake.InProgress ?? 0} in progress, {intake.Waiting ?? 0} waiting, {intake.Completed ?? 0} completed, {intake.Failed ?? 0} failed");
        foreach (var skipped in intake.Skipped ?? [])
        {
            yield return TryFormat.OneLine(string.Create(CultureInfo.InvariantCulture, $"issue {skipped.Issue} is not taken: {skipped.Reason}"), MostMessage);
        }
    }

    private static string Counts(WorkloadStatus status)
    {
        var counts = new (int? Count, string What)[]
        {
            (status.InFlightTasks ?? 0, "in flight"),
            (status.SucceededTasks ?? 0, "on target"),
            (status.IncompleteTasks, "incomplete"),
            (status.FailedTasks, "failed"),
            (status.AlreadyResolvedTasks, "already resolved"),
        };
        return string.Join(", ", counts.Where((c, i) => i < 2 || c.Count > 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {c.What}")));
    }
}
