namespace Foreman.Kubernetes;

/// <summary>
/// Reflectors shared by the parts of a program, so that a kind is followed, and kept in memory, once: what client-go calls a
/// shared informer factory. Parts ask for their reflectors and subscribe to them; then one of them runs the set.
/// </summary>
/// <param name="client">The client; it stays the caller's.</param>
/// <param name="options">Default options of reflectors; null for the whole cluster.</param>
public sealed class ReflectorSet(IKubernetes client, ReflectorOptions? options = null)
{
    private readonly Lock _lock = new();
    private readonly ReflectorOptions _options = options ?? new();
    private readonly List<Entry> _entries = [];
    private CancellationTokenSource? _running;

    /// <summary>
    /// The reflector for a kind and selection: the same one for everybody who asks for the same namespaces and selectors. One
    /// that is requested while the set runs starts at once.
    /// </summary>
    /// <typeparam name="T">Kind of the objects.</typeparam>
    /// <param name="options">What to follow; null for the set's options.</param>
    public Reflector<T> For<T>(ReflectorOptions? options = null)
        where T : class, IResource<T>
    {
        var wanted = options ?? _options;
        lock (_lock)
        {
            foreach (var entry in _entries)
            {
                if (entry.Reflector is Reflector<T> known && IsSame(entry.Options, wanted))
                {
                    return known;
                }
            }

            var reflector = new Reflector<T>(client, wanted);
            var made = new Entry(reflector, wanted, reflector.RunAsync, reflector.Ready);
            _entries.Add(made);
            made.Start(_running);
            return reflector;
        }
    }

    /// <summary>Completes when all stores requested so far have synced.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task WaitForSyncAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.WhenAll(_entries.Select(e => e.Ready)).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Runs all reflectors, including those requested later, until cancelled; then ends without an exception.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">The set runs already, or has run.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_lock)
        {
            if (_running is not null)
            {
                throw new InvalidOperationException("a set of reflectors runs once: make another one");
            }

            _running = running;
            _entries.ForEach(e => e.Start(running));
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, _options.Time, running.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] ends;
        lock (_lock)
        {
            ends = [.. _entries.Select(e => e.Run)];
        }

        await Task.WhenAll(ends).ConfigureAwait(false);
    }

    private static bool IsSame(ReflectorOptions left, ReflectorOptions right) =>
        left.LabelSelector == right.LabelSelector && left.FieldSelector == right.FieldSelector
        && left.Namespaces.ToHashSet().SetEquals(right.Namespaces);

    private sealed class Entry(object reflector, ReflectorOptions options, Func<CancellationToken, Task> run, Task ready)
    {
        public object Reflector => reflector;

        public ReflectorOptions Options => options;

        public Task Ready => ready;

        public Task Run { get; private set; } = Task.CompletedTask;

        public void Start(CancellationTokenSource? running)
        {
            if (running is not null)
            {
                Run = Task.Run(() => run(running.Token));
            }
        }
    }
}
