namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>A plain account of what was asked of a work queue, against which each answer is held. Knows nothing of how the queue works.</summary>
internal sealed class QueueAccount(RetryBackoff backoff, int fairShare)
{
    private readonly Dictionary<int, Wish> _wishes = [];
    private readonly Dictionary<int, int> _failures = [];
    private readonly Dictionary<int, int> _held = [];
    private int _passedOver;
    private long _lastOrder;

    /// <summary>What was wrong first.</summary>
    public string? Fault { get; private set; }

    public TimeSpan Now { get; private set; }

    /// <summary>Keys that workers have, with their priorities.</summary>
    public IReadOnlyDictionary<int, int> Held => _held;

    /// <summary>Time passes; a clock that goes back counts as one that stands.</summary>
    public void Passed(TimeSpan now)
    {
        Now = now > Now ? now : Now;
        foreach (var (key, wish) in _wishes.Where(w => w.Value.Order is null && w.Value.Due <= Now && !_held.ContainsKey(w.Key)).OrderBy(w => w.Value.Due).ToList())
        {
            BecomeReady(key, wish);
        }
    }

    public void Added(int key, int priority, TimeSpan delay) => Wished(key, priority, Now + delay);

    public void Forgotten(int key) => _failures.Remove(key);

    /// <summary>A failed key must wait as its failures say, unless somebody wants it earlier; and it must wait at all.</summary>
    public void Failed(int key, int priority, WorkQueueState<int> state)
    {
        var failures = _failures[key] = _failures.GetValueOrDefault(key) + 1;
        if (!state.Waiting.TryGetValue(key, out var waiting))
        {
            Fails($"key {key} was dropped after {failures} failures");
            return;
        }

        var (least, most) = (Now + backoff.Delay(failures, 1), Now + backoff.Delay(failures, 0));
        var wishedBefore = _wishes.TryGetValue(key, out var wish) && wish.Due <= waiting.DueAt;
        if (!wishedBefore && (waiting.DueAt < least || waiting.DueAt > most))
        {
            Fails($"key {key} waits until {waiting.DueAt} after {failures} failures, not from {least} to {most}");
        }

        Wished(key, priority, waiting.DueAt);
    }

    public void Done(int key)
    {
        _held.Remove(key);
        if (_wishes.TryGetValue(key, out var wish) && wish.Due <= Now)
        {
            BecomeReady(key, wish);
        }
    }

    public void Taken(QueuedKey<int>? taken)
    {
        var ready = _wishes.Where(w => w.Value.Order is not null).ToList();
        if (taken is null)
        {
            if (ready.Count > 0)
            {
                Fails($"key {ready[0].Key} is ready and was not handed out");
            }

            return;
        }

        if (_held.ContainsKey(taken.Key))
        {
            Fails($"key {taken.Key} is with two workers");
        }
        else if (!_wishes.TryGetValue(taken.Key, out var wish) || wish.Order is null)
        {
            Fails($"key {taken.Key} came though it was not asked for, or too early");
        }
        else
        {
            Judge(taken, wish, ready);
        }

        _wishes.Remove(taken.Key);
        _held[taken.Key] = taken.Priority;
    }

    /// <summary>Nothing may be left when there was time for everything.</summary>
    public void Ended()
    {
        if (_wishes.Count > 0)
        {
            Fails($"key {_wishes.Keys.First()} was asked for and never came");
        }
    }

    private void Judge(QueuedKey<int> taken, Wish wish, List<KeyValuePair<int, Wish>> ready)
    {
        if (taken.Priority != wish.Priority || taken.Failures != _failures.GetValueOrDefault(taken.Key))
        {
            Fails($"key {taken.Key} came with priority {taken.Priority} and {taken.Failures} failures, not {wish.Priority} and {_failures.GetValueOrDefault(taken.Key)}");
        }

        var isOldest = ready.All(r => r.Value.Order >= wish.Order);
        var isTurnOfTheOldest = isOldest && _passedOver + 1 >= fairShare;
        if (!isTurnOfTheOldest && ready.Any(r => r.Value.Priority > wish.Priority))
        {
            Fails($"key {taken.Key} came before a more important one");
        }

        if (ready.Any(r => r.Value.Priority == wish.Priority && r.Value.Order < wish.Order))
        {
            Fails($"key {taken.Key} came before one that is as important and has waited longer");
        }

        _passedOver = isOldest ? 0 : _passedOver + 1;
        foreach (var (key, other) in ready.Where(r => r.Key != taken.Key))
        {
            if (++other.PassedOver >= (other.Older + 1) * fairShare)
            {
                Fails($"key {key} starves: {other.PassedOver} others were taken since it was ready");
            }
        }
    }

    private void Wished(int key, int priority, TimeSpan due)
    {
        if (_wishes.TryGetValue(key, out var wish))
        {
            wish.Priority = Math.Max(wish.Priority, priority);
            wish.Due = due < wish.Due ? due : wish.Due;
        }
        else
        {
            wish = _wishes[key] = new Wish { Priority = priority, Due = due };
        }

        if (wish.Order is null && wish.Due <= Now && !_held.ContainsKey(key))
        {
            BecomeReady(key, wish);
        }
    }

    private void BecomeReady(int key, Wish wish)
    {
        wish.Older = _wishes.Count(w => w.Key != key && w.Value.Order is not null);
        wish.Order = ++_lastOrder;
    }

    private void Fails(string fault) => Fault ??= fault;

    private sealed class Wish
    {
        public required int Priority { get; set; }

        public required TimeSpan Due { get; set; }

        /// <summary>Its place among those that can be taken, by when that began; null before.</summary>
        public long? Order { get; set; }

        /// <summary>How many could be taken before it when it became ready.</summary>
        public int Older { get; set; }

        /// <summary>How many were taken since it became ready.</summary>
        public int PassedOver { get; set; }
    }
}
