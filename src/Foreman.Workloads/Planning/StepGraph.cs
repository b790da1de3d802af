using System.Collections.Immutable;
using System.Globalization;

namespace Foreman.Workloads;

/// <summary>Which step follows which. Pure.</summary>
internal sealed class StepGraph
{
    private readonly ImmutableArray<Step> _steps;
    private readonly Dictionary<string, int> _numbers;
    private readonly int[][] _before;
    private (ImmutableArray<int> Order, IReadOnlyList<string>? Cycle)? _walked;

    /// <param name="steps">Steps with names of their own; names outside of them that they follow count for nothing here.</param>
    public StepGraph(IEnumerable<Step> steps)
    {
        _steps = [.. steps];
        _numbers = new(_steps.Length, StringComparer.Ordinal);
        foreach (var step in _steps)
        {
            _numbers.Add(step.Name, _numbers.Count);
        }

        _before = new int[_steps.Length][];
        for (var number = 0; number < _steps.Length; number++)
        {
            _before[number] = NumbersOf(_steps[number].DependsOn);
        }
    }

    private enum Mark : byte
    {
        None,
        OnPath,
        Placed,
    }

    /// <summary>The names along a cycle, the first one again at the end; null when there is none.</summary>
    public IReadOnlyList<string>? Cycle() => Walked.Cycle;

    /// <summary>The step that a reference means: by its name, or by its number in the list, from 0; null when there is none.</summary>
    public string? Resolve(string step) =>
        _numbers.ContainsKey(step) ? step
        : int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < _steps.Length ? _steps[number].Name
        : null;

    /// <summary>Names of the steps that one follows itself; empty for a name that is none's.</summary>
    public IEnumerable<string> Before(string name) => _numbers.TryGetValue(name, out var number) ? _before[number].Select(n => _steps[n].Name) : [];

    /// <summary>Names of all steps that must come before one.</summary>
    public IReadOnlySet<string> Ancestors(string name)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<int>(_before[_numbers[name]]);
        while (open.TryPop(out var before))
        {
            if (found.Add(_steps[before].Name))
            {
                foreach (var further in _before[before])
                {
                    open.Push(further);
                }
            }
        }

        return found;
    }

    /// <summary>The steps in an order in which none comes before one that it follows; without cycles.</summary>
    public IReadOnlyList<Step> Ordered() => [.. Walked.Order.Select(n => _steps[n])];

    /// <summary>How many steps follow one in a row at most, itself counted, by name; without cycles.</summary>
    public IReadOnlyDictionary<string, int> PathLengths()
    {
        var lengths = new int[_steps.Length];
        var order = Walked.Order;
        for (var at = order.Length - 1; at >= 0; at--)
        {
            // What follows a step stands behind it, so its own length is known by now.
            var length = ++lengths[order[at]];
            foreach (var before in _before[order[at]])
            {
                lengths[before] = Math.Max(lengths[before], length);
            }
        }

        return _numbers.ToDictionary(n => n.Key, n => lengths[n.Value], StringComparer.Ordinal);
    }

    private (ImmutableArray<int> Order, IReadOnlyList<string>? Cycle) Walked => _walked ??= Walk();

    // Depth first, with a stack of its own: plans may be long chains.
    private (ImmutableArray<int> Order, IReadOnlyList<string>? Cycle) Walk()
    {
        var order = ImmutableArray.CreateBuilder<int>(_steps.Length);
        var marks = new Mark[_steps.Length];
        var path = new List<(int Step, int Next)>();
        IReadOnlyList<string>? cycle = null;
        for (var start = 0; start < _steps.Length; start++)
        {
            Enter(start);
            while (path.Count > 0)
            {
                var (step, next) = path[^1];
                if (next == _before[step].Length)
                {
                    marks[step] = Mark.Placed;
                    order.Add(step);
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                path[^1] = (step, next + 1);
                Enter(_before[step][next]);
            }
        }

        return (order.ToImmutable(), cycle);

        void Enter(int step)
        {
            if (marks[step] == Mark.None)
            {
                marks[step] = Mark.OnPath;
                path.Add((step, 0));
            }
            else if (marks[step] == Mark.OnPath)
            {
                cycle ??= [.. path.Select(p => p.Step).SkipWhile(s => s != step).Append(step).Select(s => _steps[s].Name)];
            }
        }
    }

    private int[] NumbersOf(ImmutableArray<string> names)
    {
        if (names.IsEmpty)
        {
            return [];
        }

        var numbers = new List<int>(names.Length);
        foreach (var name in names)
        {
            if (_numbers.TryGetValue(name, out var number))
            {
                numbers.Add(number);
            }
        }

        return [.. numbers];
    }
}
