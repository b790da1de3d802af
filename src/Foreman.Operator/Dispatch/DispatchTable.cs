using System.Globalization;
using Foreman.Api;
using Foreman.Operator.Try;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Foreman.Operator.Dispatch;

/// <summary>The table that a terminal shows while tasks run. Pure.</summary>
internal static class DispatchTable
{
    private const int TurnsOfOne = 8;
    private const int TurnsOfSeveral = 2;

    /// <summary>Renders a state.</summary>
    public static IRenderable Render(DispatchState state)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).HideHeaders().AddColumn("what").AddColumn("state").AddColumn("detail");
        foreach (var task in state.Tasks)
        {
            Row(table, task.Name, Phase(task), DispatchLines.Where(task));
            if (task.IsUnseen)
            {
                Row(table, "", "[yellow]waiting[/]", DispatchLines.Unseen);
            }

            if (DispatchLines.Progress(task.Task) is { } progress)
            {
                Row(table, "", "[grey]progress[/]", progress);
            }

            foreach (var turn in task.Turns.TakeLast(state.Tasks.Count == 1 ? TurnsOfOne : TurnsOfSeveral))
            {
                Row(table, "", string.Create(CultureInfo.InvariantCulture, $"[grey]turn {turn.Number}[/]"), turn.What + (turn.Failed ? " (failed)" : ""));
            }
        }

        if (state.Trouble is { } trouble)
        {
            Row(table, "cluster", "[yellow]trying again[/]", trouble);
        }

        return table;
    }

    private static void Row(Table table, string what, string state, string detail) =>
        table.AddRow(new Markup(Markup.Escape(TryFormat.OneLine(what, 63))), new Markup(state), new Text(TryFormat.OneLine(detail, 400)));

    private static string Phase(DispatchedTask task)
    {
        var phase = task.Task.PhaseOrPending();
        var colour = task.IsGone || (phase.IsTerminal() && !task.Task.SucceededOnTarget()) ? "red"
            : phase.IsTerminal() ? "green"
            : phase == TaskPhase.Running ? "blue"
            : "yellow";
        return $"[{colour}]{Markup.Escape(task.IsGone ? "deleted" : TryFormat.OneLine(phase.Value, 40))}[/]";
    }
}
