namespace Foreman.Kubernetes.Faults.Tests.Support;

/// <summary>A reflector that runs, the story that it tells, and the virtual clock by which it waits.</summary>
internal sealed class Follower : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Scene _scene;
    private readonly Task _running;
    private readonly IDisposable _subscription;

    public Follower(Scene scene, KubernetesClient client, ReflectorOptions options, ManualTimeProvider? clock)
    {
        _scene = scene;
        Waits = new RecordedWaits(clock ?? new());
        Reflector = new(client, options with { Namespaces = [scene.Namespace], Time = Waits });
        _subscription = Reflector.Store.Subscribe(change => Story.Add(change, Reflector.Store.Snapshot().Count));
        _running = Reflector.RunAsync(_stop.Token);
    }

    public Reflector<V1ConfigMap> Reflector { get; }

    public Story Story { get; } = new();

    public RecordedWaits Waits { get; }

    /// <summary>The waits between attempts; the limits on watches are longer.</summary>
    public IReadOnlyList<TimeSpan> Backoffs => [.. Waits.Asked.Where(IsBackoff)];

    public static bool IsBackoff(TimeSpan wait) => wait <= TimeSpan.FromSeconds(36);

    /// <summary>Lets virtual time pass until the store is complete for the first time.</summary>
    public Task ReadyAsync() => PassAsync(() => Reflector.Ready.IsCompletedSuccessfully, "the reflector to be ready");

    /// <summary>Lets virtual time pass until the condition holds.</summary>
    public Task PassAsync(Func<bool> condition, string what) => Waits.Clock.AdvanceUntilAsync(condition, Step, Limit, what);

    /// <summary>Lets virtual time pass until the store equals a fresh list and the handler was told all of it; then checks the story.</summary>
    /// <param name="history">What happened, when the story is to be held against it.</param>
    /// <param name="whole">True when nothing may have been skipped.</param>
    public async Task SettlesAsync(History? history = null, bool whole = false)
    {
        var fresh = await _scene.FreshAsync();
        // Handlers are called after the store has changed, so the store alone does not say what they were told.
        await PassAsync(() => Holds(fresh) && Story.LeadsTo(fresh), "the store to equal a fresh list and the handler to be told");
        Story.Check(fresh);
        if (history is not null)
        {
            await history.SeesAsync(fresh);
            await PassAsync(() => Story.Covers(history, whole), "the handler to be told everything that happened");
            Story.Check(history, whole);
        }
    }

    /// <summary>Whether the store holds these objects and no others, each in its last version.</summary>
    public bool Holds(IReadOnlyCollection<V1ConfigMap> objects) =>
        Story.Identities(Reflector.Store.Snapshot().Values).SequenceEqual(Story.Identities(objects));

    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
