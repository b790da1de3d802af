using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Live;
using Foreman.Operator.Try;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>A Workload whole, as lines. Pure.</summary>
internal static class WorkloadReport
{
    private const int MostName = 40;
    private const int MostIntent = 400;

    /// <summary>The lines.</summary>
    public static IEnumerable<EndLine> Lines(WorkloadState state, WorkloadHints hints)
    {
        yield return new EndLine($"{state.Name}: {WorkloadText.Where(state)}", WorkloadText.Look(state));
        if (state.Workload.Spec.Repo is { Length: > 0 } repo)
        {
            yield return new EndLine($"  repository {TryFormat.OneLine(repo, 200)}");
        }

        yield return new EndLine($"  intent {TryFormat.OneLine(state.Workload.Spec.Intent, MostIntent)}");
        var asking = state.OpenQuestions.Count > 0;
        foreach (var note in WorkloadText.Notes(state.Workload).Where(n => !asking || !WorkloadText.IsQuestion(n)))
        {
            yield return new EndLine($"  {note}");
        }

        foreach (var line in WorkloadQuestions.Lines(state, hints))
        {
            yield return line;
        }

        foreach (var line in WorkloadOutline.Of(state.Workload).SelectMany(g => Group(state, g)))
        {
            yield return line;
        }

        foreach (var line in Figures(state.Workload).Concat(Next(state, hints)))
        {
            yield return new EndLine(line);
        }
    }

    private static IEnumerable<EndLine> Group(WorkloadState state, OutlineGroup group)
    {
        yield return new EndLine("");
        if (group.Issue is { } issue)
        {
            var result = group.Result is { } made ? $", {TryFormat.OneLine(made, MostIntent)}" : "";
            yield return new EndLine(string.Create(CultureInfo.InvariantCulture, $"issue {issue}: {group.State}{result}"), group.Look);
        }

        var width = Math.Min(MostName, group.Rounds.SelectMany(r => r.Steps).Select(s => s.Name.Length).DefaultIfEmpty(0).Max());
        foreach (var round in group.Rounds)
        {
            if (round.Title.Length > 0)
            {
                yield return new EndLine($"  {round.Title}");
            }

            foreach (var step in round.Steps)
            {
                var task = state.TaskOf(step);
                yield return new EndLine($"  {step.Name.PadRight(width)}  {StepText.State(step, task),-11} {StepText.Detail(state, step)}".TrimEnd(), StepText.Look(step));
                foreach (var finding in step.Superseded == true ? [] : WorkloadLines.Findings(state, step))
                {
                    yield return new EndLine($"    {finding}");
                }
            }
        }
    }

    private static IEnumerable<string> Figures(Workload workload)
    {
        yield return "";
        if (workload.Spec.Issues is not { Count: > 0 })
        {
            foreach (var opened in workload.Status?.PullRequests ?? [])
            {
                yield return $"Pull request: {TryFormat.OneLine(opened, MostIntent)}";
            }
        }

        if (WorkloadText.Used(workload) is { } used)
        {
            yield return $"Used by ended tasks: {used}.";
        }
    }

    private static IEnumerable<string> Next(WorkloadState state, WorkloadHints hints)
    {
        if (state.IsGone)
        {
            yield break;
        }

        yield return "Go on with:";
        if (!state.IsOver)
        {
            yield return $"  {hints.Watch(state.Name)}";
            yield return $"  {(state.HoldsPlan || state.Workload.Status?.Conditions.IsTrue(ConditionTypes.Suspended) == true ? hints.Resume(state.Name) : hints.Cancel(state.Name))}";
        }

        var failed = state.Steps.FirstOrDefault(s => s.Superseded != true && (s.State == StepState.Failed || s.State == StepState.Incomplete) && s.Task is not null);
        if ((failed ?? state.Steps.LastOrDefault(s => s.State == StepState.Succeeded && s.Task is not null))?.Task is { } task)
        {
            yield return $"  {hints.Result(task)}";
        }
        else if (state.IsOver)
        {
            yield return $"  kubectl describe workload {state.Name} -n {DispatchHints.Word(hints.Space)}";
        }
    }
}
