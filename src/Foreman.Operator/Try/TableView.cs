using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Foreman.Operator.Try;

/// <summary>The table that a terminal shows.</summary>
internal static class TableView
{
    private const int TurnsShown = 8;

    /// <summary>Renders a state.</summary>
    public static IRenderable Render(TryState state)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).HideHeaders().AddColumn("what").AddColumn("state").AddColumn("detail");
        Row(table, "cluster", state.Cluster is null ? Waiting("starting") : Good("serving"), state.Cluster is null ? "" : $"{state.Cluster} (in memory)");
        Row(table, "model", ModelState(state.Model), state.Model is null ? "" : TryFormat.Model(state.Model));
        foreach (var (name, node) in state.Nodes)
        {
            Row(table, name, TryFormat.IsReady(node) ? Good("Ready") : Waiting(TryFormat.Phase(node)), node.Status?.Capability is null ? "" : TryFormat.Node(node));
        }

        if (state.Task is { } task)
        {
            Row(table, task.Name(), TaskState(task), TaskDetail(task));
        }

        foreach (var turn in state.Turns.TakeLast(TurnsShown))
        {
            Row(table, "", Dim(string.Create(CultureInfo.InvariantCulture, $"turn {turn.Number}")), turn.What + (turn.Failed ? " (failed)" : ""));
        }

        return table;
    }

    private static void Row(Table table, string what, string state, string detail) =>
        table.AddRow(new Markup(Markup.Escape(TryFormat.OneLine(what, 40))), new Markup(state), new Text(TryFormat.OneLine(detail, 300)));

    private static string ModelState(ModelSource? model) => model switch { null => Waiting("looking"), { Demo: true } => Waiting("demo"), _ => Good("found") };

    private static string TaskState(AgenticTask task)
    {
        var phase = task.PhaseOrPending();
        return phase.IsTerminal()
            ? task.SucceededOnTarget() ? Good(phase.Value) : $"[red]{Markup.Escape(phase.Value)}[/]"
            : phase == TaskPhase.Running ? $"[blue]{phase}[/]" : Waiting(phase.Value);
    }

    private static string TaskDetail(AgenticTask task) =>
        task.IsTerminal() ? $"{TryFormat.Task(task)}{(task.Status.AssignedNode is { } node ? $" on {node}" : "")}"
        : task.PhaseOrPending() == TaskPhase.Pending ? task.Status.Conditions.Find(ConditionTypes.Scheduled)?.Message ?? ""
        : $"on {task.Status.AssignedNode}, model {task.Status.Model?.Name}{(TryFormat.Wait(task) is { } wait ? $", {wait}" : "")}";

    private static string Good(string text) => $"[green]{Markup.Escape(text)}[/]";

    private static string Waiting(string text) => $"[yellow]{Markup.Escape(text)}[/]";

    private static string Dim(string text) => $"[grey]{Markup.Escape(text)}[/]";
}
