using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>
/// The tasks whose spec.dependsOn leads back to them. They are found by one walk along each dependency (Tarjan's strongly connected
/// components), without recursion: a chain may be as long as there are tasks. What was found never changes; after others have come or gone only those
/// are looked at that a new dependency leads to.
/// </summary>
internal sealed class DependencyCycles
{
    private readonly ImmutableDictionary<ObjectKey, IReadOnlyList<string>> _names;
    private readonly ImmutableDictionary<ObjectKey, int> _followers;
    private readonly ImmutableHashSet<ObjectKey> _cyclic;

    /// <param name="tasks">All tasks.</param>
    public DependencyCycles(IEnumerable<AgenticTask> tasks)
    {
        _names = tasks.Where(DependsOnOthers).ToImmutableDictionary(t => ObjectKey.Of(t), t => t.Spec.DependsOn!);
        _followers = _names.SelectMany(t => Upstream(t.Key, t.Value)).CountBy(key => key).ToImmutableDictionary();
        var walk = new Walk(_names);
        foreach (var key in _names.Keys)
        {
            walk.From(key);
        }

        _cyclic = [.. walk.Cyclic];
        Looked = walk.Looked;
    }

    private DependencyCycles(
        ImmutableDictionary<ObjectKey, IReadOnlyList<string>> names, ImmutableDictionary<ObjectKey, int> followers, ImmutableHashSet<ObjectKey> cyclic, int looked) =>
        (_names, _followers, _cyclic, Looked) = (names, followers, cyclic, looked);

    /// <summary>How many tasks were looked at to find it, beyond those that were known before.</summary>
    public int Looked { get; }

    /// <summary>What is found once tasks have changed; the same object when none of them depends on others than before.</summary>
    /// <param name="diff">Which tasks are other objects than those that this was found of.</param>
    public DependencyCycles After(TaskDiff diff)
    {
        if (diff.IsEmpty || diff.HasSameDependencies)
        {
            return this;
        }

        var (names, followers, changed) = (_names.ToBuilder(), _followers.ToBuilder(), new HashSet<ObjectKey>());
        foreach (var task in diff.Gone.Where(DependsOnOthers))
        {
            var key = ObjectKey.Of(task);
            names.Remove(key);
            Count(followers, Upstream(key, task.Spec.DependsOn!), -1);
            changed.Add(key);
        }

        foreach (var task in diff.Changed.Where(DependsOnOthers))
        {
            var key = ObjectKey.Of(task);
            names[key] = task.Spec.DependsOn!;
            Count(followers, Upstream(key, task.Spec.DependsOn!), 1);
            if (!_names.TryGetValue(key, out var before) || !before.SequenceEqual(task.Spec.DependsOn!, StringComparer.Ordinal))
            {
                changed.Add(key);
            }
            else
            {
                changed.Remove(key);
            }
        }

        return Again(names.ToImmutable(), followers.ToImmutable(), changed);
    }

    /// <summary>The names along a cycle through the task, the task first and last; null when there is none.</summary>
    /// <param name="task">The task.</param>
    public IReadOnlyList<string>? Through(AgenticTask task) => _cyclic.Contains(ObjectKey.Of(task)) ? Path(task) : null;

    // A new cycle leads through a task with a new dependency, and one that is gone has lost one of its own: then all that were on one are looked at.
    private DependencyCycles Again(
        ImmutableDictionary<ObjectKey, IReadOnlyList<string>> names, ImmutableDictionary<ObjectKey, int> followers, HashSet<ObjectKey> changed)
    {
        if (changed.Overlaps(_cyclic))
        {
            changed.UnionWith(_cyclic);
        }

        // One that no task depends on is on no cycle.
        var walk = new Walk(names);
        foreach (var key in changed.Where(key => names.ContainsKey(key) && followers.ContainsKey(key)))
        {
            walk.From(key);
        }

        return new(names, followers, _cyclic.Except(changed).Union(walk.Cyclic), walk.Looked);
    }

    private static bool DependsOnOthers(AgenticTask task) => task.Spec.DependsOn is { Count: > 0 };

    private static IEnumerable<ObjectKey> Upstream(ObjectKey key, IReadOnlyList<string> names) => names.Select(name => key with { Name = name });

    private static void Count(ImmutableDictionary<ObjectKey, int>.Builder followers, IEnumerable<ObjectKey> keys, int more)
    {
        foreach (var key in keys)
        {
            var count = followers.GetValueOrDefault(key) + more;
            if (count == 0)
            {
                followers.Remove(key);
            }
            else
            {
                followers[key] = count;
            }
        }
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

            if (seen.Add(name) && _names.TryGetValue(new ObjectKey(space, name), out var next))
            {
                path.Add(name);
                steps.Push((next, 0));
            }
        }

        throw new InvalidOperationException($"No cycle leads through {goal}, though it was counted among those on one.");
    }

    /// <summary>Finds the tasks on cycles among those that can be reached from some tasks.</summary>
    private sealed class Walk(ImmutableDictionary<ObjectKey, IReadOnlyList<string>> names)
    {
        private readonly Dictionary<ObjectKey, int> _numbers = [];
        private readonly Dictionary<ObjectKey, int> _lowest = [];
        private readonly Stack<ObjectKey> _open = new();
        private readonly HashSet<ObjectKey> _isOpen = [];

        /// <summary>The tasks on cycles.</summary>
        public HashSet<ObjectKey> Cyclic { get; } = [];

        /// <summary>How many tasks were looked at.</summary>
        public int Looked => _numbers.Count;

        /// <summary>Walks on from a task that depends on others.</summary>
        public void From(ObjectKey start)
        {
            if (_numbers.ContainsKey(start))
            {
                return;
            }

            var steps = new Stack<(ObjectKey Key, int Next)>([(start, 0)]);
            Open(start);
            while (steps.TryPop(out var step))
            {
                var (key, upstream) = (step.Key, names[step.Key]);
                if (step.Next == upstream.Count)
                {
                    Close(key);
                    if (steps.TryPeek(out var from))
                    {
                        _lowest[from.Key] = Math.Min(_lowest[from.Key], _lowest[key]);
                    }

                    continue;
                }

                steps.Push((key, step.Next + 1));
                if (Follow(key, key with { Name = upstream[step.Next] }) is { } next)
                {
                    steps.Push((next, 0));
                }
            }
        }

        // The task to go on with; null when it was looked at before, or depends on none.
        private ObjectKey? Follow(ObjectKey key, ObjectKey next)
        {
            if (next == key)
            {
                Cyclic.Add(key);
                return null;
            }

            if (!_numbers.TryGetValue(next, out var number))
            {
                if (!names.ContainsKey(next))
                {
                    return null;
                }

                Open(next);
                return next;
            }

            if (_isOpen.Contains(next))
            {
                _lowest[key] = Math.Min(_lowest[key], number);
            }

            return null;
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
                    Cyclic.Add(member);
                }
            }
            while (member != key);
        }
    }
}
