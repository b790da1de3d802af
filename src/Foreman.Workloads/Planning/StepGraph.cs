using System.Collections.Immutable;
using System.Globalization;

namespace Foreman.Workloads;

/// <summary>Which step follows which. Pure.</summary>
internal sealed class StepGraph
{
    private readonly Dictionary<string, Step> _steps;
    private readonly Dictionary<string, ImmutableArray<string>> _before;
    private readonly ImmutableArray<string> _inOrder;

    /// <param name="steps">Steps with names of their own; names outside of them that they follow count for nothing here.</param>
    public StepGraph(IEnumerable<Step> steps)
    {
        var all = steps.ToArray();
        _inOrder = [.. all.Select(s => s.Name)];
        _steps = all.ToDictionary(s => s.Name, StringComparer.Ordinal);
        _before = _steps.Values.ToDictionary(s => s.Name, s => s.DependsOn.RemoveAll(d => !_steps.ContainsKey(d)), StringComparer.Ordinal);
    }

    /// <summary>The names along a cycle, the first one again at the end; null when there is none.</summary>
    public IReadOnlyList<string>? Cycle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in _steps.Keys)
        {
            // A stack of its own: plans may be long chains.
            var path = new List<(string Name, int Next)> { (start, 0) };
            var onPath = new HashSet<string>(StringComparer.Ordinal) { start };
            while (path.Count > 0)
            {
                var (name, next) = path[^1];
                var follows = Before(name);
                if (done.Contains(name) || next >= follows.Length)
                {
                    done.Add(name);
                    onPath.Remove(name);
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                path[^1] = (name, next + 1);
                var before = follows[next];
                if (!onPath.Add(before))
                {
                    return [.. path.Select(p => p.Name).SkipWhile(n => n != before), before];
                }

                path.Add((before, 0));
            }
        }

        return null;
    }

    /// <summary>The step that a reference means: by its name, or by its number in the list, from 0; null when there is none.</summary>
    public string? Resolve(string step) =>
        _steps.ContainsKey(step) ? step
        : int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < _inOrder.Length ? _inOrder[number]
        : null;

    /// <summary>Names of all steps that must come before one.</summary>
    public IReadOnlySet<string> Ancestors(string name)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(Before(name));
        while (open.TryPop(out var before))
        {
            if (found.Add(before))
            {
                foreach (var further in Before(before))
                {
                    open.Push(further);
                }
            }
        }

        return found;
    }

    /// <summary>The steps in an order in which none comes before one that it follows; without cycles.</summary>
    public IReadOnlyList<Step> Ordered()
    {
        var order = new List<Step>(_steps.Count);
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in _steps.Keys)
        {
            var path = new Stack<(string Name, int Next)>();
            path.Push((start, 0));
            while (path.TryPop(out var entry))
            {
                var before = Before(entry.Name);
                if (placed.Contains(entry.Name))
                {
                    continue;
                }

                if (entry.Next < before.Length)
                {
                    path.Push((entry.Name, entry.Next + 1));
                    path.Push((before[entry.Next], 0));
                    continue;
                }

                placed.Add(entry.Name);
                order.Add(_steps[entry.Name]);
            }
        }

        return order;
    }

    /// <summary>How many steps follow one in a row at most, itself counted, by name.</summary>
    public IReadOnlyDictionary<string, int> PathLengths()
    {
        var lengths = _steps.Keys.ToDictionary(n => n, _ => 1, StringComparer.Ordinal);
        foreach (var step in Ordered().Reverse())
        {
            foreach (var before in Before(step.Name))
            {
                lengths[before] = Math.Max(lengths[before], lengths[step.Name] + 1);
            }
        }

        return lengths;
    }

    private ImmutableArray<string> Before(string name) => _before[name];
}
