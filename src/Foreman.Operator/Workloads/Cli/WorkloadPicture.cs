using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Operator.Dispatch;
using Foreman.Operator.Live;
using Foreman.Operator.Try;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>The tree that a terminal shows while a Workload runs: what is under way in full, the rest in short. Pure.</summary>
internal static class WorkloadPicture
{
    private const int MostInFull = 3;
    private const int MostEnded = 8;
    private const int MostSteps = 20;
    private const int MostFindings = 3;
    private const int MostText = 300;

    /// <summary>Renders a state.</summary>
    public static IRenderable Render(WorkloadState state)
    {
        var tree = new Tree(Label(WorkloadText.Look(state), state.Name, WorkloadText.Where(state)));
        if (state.IsUnseen)
        {
            tree.AddNode(Label(LineLook.Plain, "waiting", DispatchLines.Unseen));
        }

        var groups = WorkloadOutline.Of(state.Workload);
        if (groups.Length <= MostInFull)
        {
            foreach (var group in groups)
            {
                Full(tree, state, group);
            }
        }
        else
        {
            Short(tree, state, groups);
        }

        foreach (var note in WorkloadText.Notes(state.Workload))
        {
            tree.AddNode(Label(LineLook.Plain, "note", note));
        }

        if (state.Trouble is { } trouble)
        {
            tree.AddNode(Label(LineLook.Bad, "cluster", $"trying again: {trouble}"));
        }

        return tree;
    }

    private static void Short(Tree tree, WorkloadState state, ImmutableArray<OutlineGroup> groups)
    {
        var ended = groups.Where(g => g.HasEnded && !g.IsPlanned).ToArray();
        if (ended.Length > MostEnded)
        {
            tree.AddNode(Label(LineLook.Plain, "earlier", Number(ended.Length - MostEnded, "more have ended")));
        }

        foreach (var group in ended.TakeLast(MostEnded))
        {
            tree.AddNode(Title(group));
        }

        foreach (var group in groups.Where(g => !g.HasEnded && !g.IsPlanned))
        {
            Full(tree, state, group);
        }

        if (groups.Count(g => g.IsPlanned) is > 0 and var planned)
        {
            tree.AddNode(Label(LineLook.Plain, "later", Number(planned, "are not begun")));
        }
    }

    private static void Full(Tree tree, WorkloadState state, OutlineGroup group)
    {
        IHasTreeNodes at = group.Issue is null ? tree : tree.AddNode(Title(group));
        foreach (var round in group.Rounds)
        {
            var of = round.Title.Length == 0 ? at : at.AddNode(Label(LineLook.Plain, round.Title, ""));
            var shown = round.Steps.Length <= MostSteps
                ? round.Steps
                : [.. round.Steps.Where(s => s.State != StepState.Planned && s.State != StepState.Succeeded && s.State != StepState.NotTaken).Take(MostSteps)];
            foreach (var step in shown)
            {
                Step(of, state, step);
            }

            if (shown.Length < round.Steps.Length)
            {
                of.AddNode(Label(LineLook.Plain, "others", Number(round.Steps.Length - shown.Length, "more steps")));
            }
        }
    }

    private static void Step(IHasTreeNodes of, WorkloadState state, WorkloadStep step)
    {
        var task = state.TaskOf(step);
        var node = of.AddNode(Label(StepText.Look(step), $"{step.Name} {StepText.State(step, task)}", StepText.Detail(state, step)));
        if (step.Verdict == Verdict.NoGo && step.Superseded != true)
        {
            foreach (var finding in WorkloadLines.Findings(state, step).Take(MostFindings))
            {
                node.AddNode(new Text(TryFormat.OneLine(finding, MostText)));
            }
        }
    }

    private static Markup Title(OutlineGroup group) => Label(
        group.Look, string.Create(CultureInfo.InvariantCulture, $"issue {group.Issue} {group.State}"), group.Result ?? "");

    private static string Number(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}");

    private static Markup Label(LineLook look, string what, string detail)
    {
        var colour = look switch
        {
            LineLook.Good => "green",
            LineLook.Bad => "red",
            LineLook.Part => "blue",
            _ => "default",
        };
        return new($"[{colour}]{Markup.Escape(TryFormat.OneLine(what, 100))}[/]{(detail.Length > 0 ? " " : "")}{Markup.Escape(TryFormat.OneLine(detail, MostText))}");
    }
}
