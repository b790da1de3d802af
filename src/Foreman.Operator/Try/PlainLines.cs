using System.Globalization;
using Foreman.Kubernetes;

namespace Foreman.Operator.Try;

/// <summary>What has changed between two states, as lines.</summary>
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
            yield return Line("model", Wording.Model(model));
        }

        foreach (var (name, node) in after.Nodes)
        {
            var was = before.Nodes.GetValueOrDefault(name);
            if (was is null ? true : Wording.Phase(was) != Wording.Phase(node))
            {
                yield return Line("node", Wording.IsReady(node) ? $"{name} Ready: {Wording.Node(node)}" : $"{name} {Wording.Phase(node)}");
            }
        }

        foreach (var turn in after.Turns.Skip(before.Turns.Count))
        {
            yield return Line(string.Create(CultureInfo.InvariantCulture, $"turn {turn.Number}"), turn.What + (turn.Failed ? " (failed)" : ""));
        }

        if (after.Task is { } task && (before.Task is null || Wording.Task(before.Task) != Wording.Task(task)))
        {
            yield return Line("task", $"{task.Name()} {Wording.Task(task)}");
        }
    }

    public static string Line(string what, string text) => $"  {what,-8} {Wording.OneLine(text, 400)}";
}
