using System.Globalization;
using Foreman.Kubernetes;

namespace Foreman.Operator.Try;

/// <summary>The changes between two states, as lines.</summary>
internal static class PlainLines
{
    public static IEnumerable<string> Between(TryState before, TryState after)
    {
        if (before.Cluster != after.Cluster)
        {
            yield return Line("cluster", $"{after.Cluster} (in memory, this machine only)");
        }

        if (before.Model != after.Model && after.Model is { } model)
        {
            yield return Line("model", TryFormat.Model(model));
        }

        foreach (var (name, node) in after.Nodes)
        {
            var was = before.Nodes.GetValueOrDefault(name);
            if (was is null || TryFormat.Phase(was) != TryFormat.Phase(node) || (TryFormat.IsReady(node) && TryFormat.Models(was) != TryFormat.Models(node)))
            {
                yield return Line("node", TryFormat.IsReady(node) ? $"{name} Ready: {TryFormat.Node(node)}" : $"{name} {TryFormat.Phase(node)}");
            }
        }

        foreach (var turn in after.Turns.Skip(before.Turns.Count))
        {
            yield return Line(string.Create(CultureInfo.InvariantCulture, $"turn {turn.Number}"), turn.What + (turn.Failed ? " (failed)" : ""));
        }

        if (after.Task is { } task && (before.Task is null || TryFormat.Task(before.Task) != TryFormat.Task(task)))
        {
            yield return Line("task", $"{task.Name()} {TryFormat.Task(task)}");
        }
    }

    public static string Line(string what, string text) => $"  {what,-8} {TryFormat.OneLine(text, 400)}";
}
