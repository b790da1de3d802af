using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// The tasks whose spec.dependsOn leads back to them, found for all tasks by one walk along each dependency (Tarjan's strongly connected
/// components), without recursion: a chain may be as long as there are tasks.
/// </summary>
internal sealed class DependencyCycles
{
    private readonly Dictionary<ObjectKey, AgenticTask> _dependent;
    private readonly HashSet<ObjectKey> _cyclic = [];
    private readonly Dictionary<ObjectKey, int> _numbers = [];
    private readonly Dictionary<ObjectKey, int> _lowest = [];
    private readonly Stack<ObjectKey> _open = new();
    private readonly HashSet<ObjectKey> _isOpen = [];

    public DependencyCycles(IEnumerable<AgenticTask> tasks)
    {
        _dependent = tasks.Where(t => t.Spec.DependsOn is { Count: > 0 }).ToDictionary(t => ObjectKey.Of(t));
        foreach (var key in _dependent.Keys)
        {
            if (!_numbers.ContainsKey(key))
            {
                Walk(key);
            }
        }
    }

    /// <summary>The names along a cycle through the task, the task first and last; null when there is none.</summary>
    public IReadOnlyList<string>? Through(AgenticTask task) => _cyclic.Contains(ObjectKey.Of(task)) ? Path(task) : null;

    private void Walk(ObjectKey start)
    {
        var steps = new Stack<(ObjectKey Key, int Next)>([(start, 0)]);
        Open(start);
        while (steps.TryPop(out var step))
        {
            var (key, names) = (step.Key, _dependent[step.Key].Spec.DependsOn!);
            if (step.Next == names.Count)
            {
                Close(key);
                if (steps.TryPeek(out var from))
                {
                    _lowest[from.Key] = Math.Min(_lowest[from.Key], _lowest[key]);
                }

                continue;
            }

            steps.Push((key, step.Next + 1));
            var next = key with { Name = names[step.Next] };
            if (next == key)
            {
                _cyclic.Add(key);
            }
            else if (!_numbers.TryGetValue(next, out var number))
            {
                if (_dependent.ContainsKey(next))
                {
                    Open(next);
                    steps.Push((next, 0));
                }
            }
            else if (_isOpen.Contains(next))
            {
                _lowest[key] = Math.Min(_lowest[key], number);
            }
        }
    }

    private void Open(ObjectKey key)
    {
        _numbers[key] = _lowest[key] = _numbers.Count;
        _open.Push(key);
        _isOpen.Add(key);
    }

    // The tasks of a component that has more than one lie on a cycle each.
    private void Close(ObjectKey key)
    {
        if (_lowest[key] != _numbers[key])
        {
            return;
        }

        var isSingle = _open.Peek() == key;
        ObjectKey member;
        do
        {
            member = _open.Pop();
            _isOpen.Remove(member);
            if (!isSingle)
            {
                _cyclic.Add(member);
            }
        }
        while (member != key);
    }

    private List<string> Path(AgenticTask task)
    {
        var (space, goal) = (task.Namespace(), task.Name());
        var path = new List<string> { goal };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var steps = new Stack<(IReadOnlyList<string> Names, int Next)>([(task.Spec.DependsOn!, 0)]);
        while (steps.TryPop(out var step))
        {
            if (step.Next == step.Names.Count)
            {
                path.RemoveAt(path.Count - 1);
                continue;
            }

            steps.Push(step with { Next = step.Next + 1 });
            var name = step.Names[step.Next];
            if (name == goal)
            {
                path.Add(name);
                return path;
            }

            if (seen.Add(name) && _dependent.TryGetValue(new ObjectKey(space, name), out var next))
            {
                path.Add(name);
                steps.Push((next.Spec.DependsOn!, 0));
            }
        }

        throw new InvalidOperationException($"No cycle leads through {goal}, though it was counted among those on one.");
    }
}
