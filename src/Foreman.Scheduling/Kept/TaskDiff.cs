using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>Which tasks of a cluster are other objects than those that an earlier decision looked at.</summary>
internal sealed class TaskDiff
{
    private readonly AgenticTask[] _before;
    private readonly AgenticTask[] _now;
    private readonly List<AgenticTask> _changed = [];
    private readonly List<AgenticTask> _gone = [];
    private readonly List<int> _places = [];
    private readonly int[]? _origins;
    private HashSet<ObjectKey>? _keys;
    private bool? _hasSameDependencies;

    private TaskDiff(IReadOnlyList<AgenticTask> before, IReadOnlyList<AgenticTask> now)
    {
        // Both are arrays where an operator decides.
        (_before, _now) = (before as AgenticTask[] ?? [.. before], now as AgenticTask[] ?? [.. now]);
        if (!ReferenceEquals(before, now) && !AreInPlace())
        {
            _changed.Clear();
            _gone.Clear();
            _places.Clear();
            _origins = Match();
        }
    }

    /// <summary>The tasks that are new or other objects.</summary>
    public IReadOnlyList<AgenticTask> Changed => _changed;

    /// <summary>The objects that are there no more.</summary>
    public IReadOnlyList<AgenticTask> Gone => _gone;

    /// <summary>The places of <see cref="Changed"/> and <see cref="Gone"/>, which are those of the same task in both, in the same order; empty unless <see cref="IsInPlace"/>.</summary>
    public IReadOnlyList<int> ChangedPlaces => _places;

    /// <summary>True when all tasks are the same objects.</summary>
    public bool IsEmpty => _changed.Count == 0 && _gone.Count == 0;

    /// <summary>True when each task has the place that it had.</summary>
    public bool IsInPlace => _origins is null;

    /// <summary>True when each of these tasks has a UID, so that they can be told apart.</summary>
    public bool HasUids => _changed.Concat(_gone).All(t => t.Uid().Length > 0);

    /// <summary>True when no task has come to depend on others, or no more, so that no circle has come or gone.</summary>
    public bool HasSameDependencies => _hasSameDependencies ??= AreDependenciesSame();

    private HashSet<ObjectKey> Keys => _keys ??= [.. _changed.Concat(_gone).Select(t => ObjectKey.Of(t))];

    /// <summary>The difference.</summary>
    /// <param name="before">The tasks as they were.</param>
    /// <param name="now">The tasks.</param>
    public static TaskDiff Of(IReadOnlyList<AgenticTask> before, IReadOnlyList<AgenticTask> now) => new(before, now);

    /// <summary>The place that the task of a place had when it was the same object; -1 when it was not there.</summary>
    /// <param name="place">The place.</param>
    public int From(int place) => _origins is not null ? _origins[place] : ReferenceEquals(_before[place], _now[place]) ? place : -1;

    /// <summary>True when a task of a name is among them.</summary>
    /// <param name="key">The name.</param>
    public bool Has(ObjectKey key) => Keys.Contains(key);

    private bool AreInPlace()
    {
        if (_before.Length != _now.Length)
        {
            return false;
        }

        for (var place = SettledInputs.NextOther(_before, _now, 0); place < _now.Length; place = SettledInputs.NextOther(_before, _now, place + 1))
        {
            if (!AreOne(_before[place], _now[place]))
            {
                return false;
            }

            _changed.Add(_now[place]);
            _gone.Add(_before[place]);
            _places.Add(place);
        }

        return true;
    }

    private int[] Match()
    {
        var (origins, isThere, next) = (new int[_now.Length], new bool[_before.Length], 0);
        Dictionary<AgenticTask, int>? places = null;
        for (var place = 0; place < _now.Length; place++)
        {
            var task = _now[place];
            if (next < _before.Length && ReferenceEquals(_before[next], task))
            {
                origins[place] = next;
            }
            else if (next < _before.Length && AreOne(_before[next], task))
            {
                origins[place] = -1;
                _changed.Add(task);
                next++;
                continue;
            }
            else if ((places ??= PlacesBefore()).TryGetValue(task, out var found))
            {
                origins[place] = found;
            }
            else
            {
                origins[place] = -1;
                _changed.Add(task);
                continue;
            }

            isThere[origins[place]] = true;
            next = origins[place] + 1;
        }

        _gone.AddRange(_before.Where((_, place) => !isThere[place]));
        return origins;
    }

    private Dictionary<AgenticTask, int> PlacesBefore()
    {
        var places = new Dictionary<AgenticTask, int>(_before.Length, ReferenceEqualityComparer.Instance);
        for (var place = 0; place < _before.Length; place++)
        {
            places[_before[place]] = place;
        }

        return places;
    }

    private static bool AreOne(AgenticTask old, AgenticTask task) => string.Equals(old.Uid(), task.Uid(), StringComparison.Ordinal);

    private bool AreDependenciesSame()
    {
        var before = _gone.Where(t => t.Spec.DependsOn is { Count: > 0 }).ToLookup(t => ObjectKey.Of(t), t => t.Spec.DependsOn!);
        var now = _changed.Where(t => t.Spec.DependsOn is { Count: > 0 }).ToLookup(t => ObjectKey.Of(t), t => t.Spec.DependsOn!);
        return before.Count == now.Count && now.All(t => before[t.Key].FirstOrDefault() is { } old && old.SequenceEqual(t.First(), StringComparer.Ordinal));
    }
}
