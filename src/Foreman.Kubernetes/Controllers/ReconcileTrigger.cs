namespace Foreman.Kubernetes;

/// <summary>Has controllers reconcile objects for a reason that no watch tells; what nobody listens for is lost, since a controller that starts reconciles everything. Thread-safe.</summary>
public sealed class ReconcileTrigger
{
    private event Action<ObjectKey>? Fired;

    /// <summary>Has an object reconciled soon.</summary>
    /// <param name="key">The object.</param>
    public void Fire(ObjectKey key) => Fired?.Invoke(key);

    /// <summary>Listens until the result is disposed of.</summary>
    /// <param name="listener">Told of each object; must not block.</param>
    public IDisposable Subscribe(Action<ObjectKey> listener)
    {
        Fired += listener;
        return new Subscription(this, listener);
    }

    private sealed class Subscription(ReconcileTrigger trigger, Action<ObjectKey> listener) : IDisposable
    {
        public void Dispose() => trigger.Fired -= listener;
    }
}

/// <summary>A source of keys that a trigger names.</summary>
internal sealed record TriggerSourceTemplate(ReconcileTrigger Trigger) : ISourceTemplate
{
    public IControllerSource Create(ReflectorSet reflectors, ReflectorOptions defaults, Action<ObjectKey, int> enqueue) =>
        new Source(Trigger.Subscribe(key => enqueue(key, WorkQueuePriority.Default)));

    private sealed class Source(IDisposable subscription) : IControllerSource
    {
        public string Kind => "triggers";

        public Task Ready => Task.CompletedTask;

        public Exception? LastError => null;

        public void Dispose() => subscription.Dispose();
    }
}
