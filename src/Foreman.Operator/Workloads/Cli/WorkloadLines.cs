using Foreman.Api;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Try;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>The changes between two states of a Workload, as lines. Pure.</summary>
internal static class WorkloadLines
{
    private const int MostFindings = 5;

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Between(WorkloadState before, WorkloadState after)
    {
        if (after.Trouble is { } trouble && before.Trouble != trouble)
        {
            yield return PlainLines.Line("cluster", $"{trouble}; it is tried again");
        }

        if (after.IsProposed && !before.IsProposed)
        {
            var proposed = after.Workload.Status!.Pipeline!.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var step in after.Steps.Where(s => proposed.Contains(s.Name)))
            {
                yield return PlainLines.Line("plan", $"{step.Name} {StepText.Purpose(step)}");
            }
        }

        var known = before.Steps.GroupBy(s => s.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        foreach (var step in after.Steps.Where(s => s.State != StepState.Planned))
        {
            var was = known.GetValueOrDefault(step.Name);
            var text = Text(step, after.TaskOf(step));
            if (was is null || Text(was, before.TaskOf(was)) != text)
            {
                yield return PlainLines.Line("step", text);
            }

            foreach (var finding in Findings(after, step).Skip(was is null ? 0 : Findings(before, was).Count()))
            {
                yield return PlainLines.Line("", finding);
            }
        }

        var told = WorkloadText.Notes(before.Workload).ToHashSet(StringComparer.Ordinal);
        foreach (var note in WorkloadText.Notes(after.Workload).Where(n => !told.Contains(n)))
        {
            yield return PlainLines.Line("note", note);
        }

        var where = WorkloadText.Where(after);
        if (where != WorkloadText.Where(before))
        {
            yield return PlainLines.Line("workload", $"{after.Name} {where}");
        }

        if (after.IsUnseen && !before.IsUnseen)
        {
            yield return PlainLines.Line("workload", $"{after.Name}: {DispatchLines.Unseen}");
        }
    }

    /// <summary>The findings of a step that has ended, the first ones.</summary>
    public static IEnumerable<string> Findings(WorkloadState state, WorkloadStep step)
    {
        if (!StepText.HasEnded(step) || state.TaskOf(step) is not { } task)
        {
            return [];
        }

        var lines = DispatchFindings.Lines(task).ToArray();
        return lines.Length <= MostFindings ? lines : [.. lines.Take(MostFindings), $"  … and more: foreman-operator result {step.Task}"];
    }

    private static string Text(WorkloadStep step, AgenticTask? task)
    {
        var detail = StepText.Detail(step, task);
        return $"{step.Name} {StepText.State(step, task)}{(detail.Length > 0 ? " " : "")}{detail}";
    }
}
