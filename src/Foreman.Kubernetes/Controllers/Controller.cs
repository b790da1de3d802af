
namespace Foreman.Kubernetes;

/// <summary>
/// Follows a kind and reconciles each object whenever something about it has changed: it, one that it owns, or one that
/// concerns it. An object is never reconciled twice at once; failures are retried with exponential backoff, and after the
/// last retry at the maximum delay without end. The first reconcile waits until all stores are complete. Nothing that a
/// reconcile throws ends the controller.
/// </summary>
/// <typeparam name="TEntity">Kind of the objects.</typeparam>
public sealed class Controller<TEntity> : IOperatorController
    where TEntity : class, IResource<TEntity>
{
    private readonly ControllerOptions<TEntity> _options;
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly ReflectorSet _reflectors;
    private readonly ControllerSource<TEntity> _entities;
    private readonly List<IControllerSource> _sources;
    private readonly Reconciler<TEntity> _reconciler;
    private bool _hasRun;
    private int _started;

    /// <summary>Makes a controller; <see cref="RunAsync(CancellationToken)"/> starts it.</summary>
    /// <param name="client">The client; it stays the caller's. It needs the verbs list and watch on all kinds that are followed.</param>
    /// <param name="reconciler">What is called for each object.</param>
    /// <param name="options">What to follow and how; null for all objects of the kind in the cluster.</param>
    /// <exception cref="ArgumentException">The options can't work; the message lists all that is wrong.</exception>
    public Controller(IKubernetes client, IEntityController<TEntity> reconciler, ControllerOptions<TEntity>? options = null)
        : this(client, reconciler.ReconcileAsync, options)
    {
    }

    /// <summary>Makes a controller from a function; <see cref="RunAsync(CancellationToken)"/> starts it.</summary>
    /// <param name="client">The client; it stays the caller's. It needs the verbs list and watch on all kinds that are followed.</param>
    /// <param name="reconcile">What is called for each object; see <see cref="IEntityController{TEntity}.ReconcileAsync"/>.</param>
    /// <param name="options">What to follow and how; null for all objects of the kind in the cluster.</param>
    /// <exception cref="ArgumentException">The options can't work; the message lists all that is wrong.</exception>
    public Controller(IKubernetes client, Func<ReconcileContext<TEntity>, CancellationToken, Task<ReconcileResult>> reconcile, ControllerOptions<TEntity>? options = null)
        : this(client, reconcile, new ReflectorSet(client), options)
    {
    }

    /// <summary>Makes a controller that shares stores with others; the set's owner runs it.</summary>
    internal Controller(
        IKubernetes client,
        Func<ReconcileContext<TEntity>, CancellationToken, Task<ReconcileResult>> reconcile,
        ReflectorSet reflectors,
        ControllerOptions<TEntity>? options)
    {
        _options = options ?? new();
        if (_options.ValidationErrors().ToList() is { Count: > 0 } errors)
        {
            throw new ArgumentException($"The controller of {TEntity.Type.Kind} can't work so: {string.Join("; ", errors)}", nameof(options));
        }

        _queue = new(new() { Name = _options.Name, Backoff = _options.Backoff, Time = _options.Time, Seed = _options.Seed });
        var defaults = new ReflectorOptions { Namespaces = _options.Namespaces, Time = _options.Time, Seed = _options.Seed, Logger = _options.Logger };
        var selected = defaults with { LabelSelector = _options.LabelSelector, FieldSelector = _options.FieldSelector };
        _reflectors = reflectors;
        _entities = new(reflectors, selected, change => _options.Filter(change) ? [ObjectKey.Of(change.Object)] : [], _queue.Add);
        _sources = [_entities, .. _options.Sources.Select(s => s.Create(reflectors, defaults, _queue.Add))];
        _reconciler = new(client, reconcile, _options, _entities.Store, _queue);
    }

    /// <summary>The objects.</summary>
    public Store<TEntity> Store => _entities.Store;

    /// <summary>Done when all stores are complete for the first time.</summary>
    public Task Ready => Task.WhenAll(_sources.Select(s => s.Ready));

    /// <summary>Why a store may be stale; null while there is no error.</summary>
    public Exception? LastError => _sources.Select(s => s.LastError).FirstOrDefault(e => e is not null);

    string IOperatorController.Name => _options.Name;

    /// <summary>Enqueues an object for a reason that no watch reports.</summary>
    /// <param name="key">Its name; it need not exist.</param>
    public void Enqueue(ObjectKey key) => _queue.Add(key);

    /// <summary>
    /// Runs until cancelled, then returns without an exception. Reconciles in progress are cancelled and have <see
    /// cref="ControllerOptions{TEntity}.StopTimeout"/> to end.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">It was run before: make a new controller.</exception>
    public Task RunAsync(CancellationToken cancellationToken) => RunAsync(fence: null, cancellationToken);

    /// <summary>
    /// Runs until cancelled or until a fence closes, under <see cref="LeaderElector.RunAsync"/>: <c>elector.RunAsync(token =>
    /// controller.RunAsync(elector.GetFence(), token), stop)</c>.
    /// </summary>
    /// <param name="fence">Holds back what reconciles write through <see cref="ReconcileContext{TEntity}.Client"/> once it is closed; null for no fence.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">It was run before: make a new controller.</exception>
    public async Task RunAsync(IWriteFence? fence, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException($"the controller {_options.Name} was run before: make a new one");
        }

        using var watching = new CancellationTokenSource();
        var watches = _reflectors.RunAsync(watching.Token);
        try
        {
            await ((IOperatorController)this).WorkAsync(fence, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await watching.CancelAsync().ConfigureAwait(false);
            await watches.ConfigureAwait(false);
            ((IDisposable)this).Dispose();
        }
    }

    /// <inheritdoc/>
    void IDisposable.Dispose()
    {
        _sources.ForEach(s => s.Dispose());
        _queue.Dispose();
    }

    /// <inheritdoc/>
    async Task IOperatorController.WorkAsync(IWriteFence? fence, CancellationToken cancellationToken)
    {
        if (!await ReadyAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (_hasRun)
        {
            // Another process has led meanwhile: what changed then is not in this queue.
            EnqueueAll();
        }

        _hasRun = true;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var cancelled = new CancellationSignal(cancellationToken);
        var resync = ResyncAsync(stop.Token);
        var workers = Enumerable.Range(0, _options.Workers)
            .Select(_ => Task.Run(() => _reconciler.WorkAsync(fence, stop.Token), CancellationToken.None))
            .ToList();
        try
        {
            // A worker ends by itself only when its fence has closed, which stops them all.
            await Task.WhenAny([cancelled.Task, .. workers]).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await WaitForWorkersAsync(Task.WhenAll([resync, .. workers])).ConfigureAwait(false);
        }
    }

    private async Task<bool> ReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            _options.Logger.ControllerStarted(_options.Name, Store.Snapshot().Count);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task WaitForWorkersAsync(Task all)
    {
        try
        {
            await all.WaitAsync(_options.StopTimeout, _options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _options.Logger.ControllerStopTimedOut(_options.Name, string.Join(", ", _queue.Processing), _options.StopTimeout);
        }
    }

    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_options.ResyncPeriod is { } period)
            {
                await Task.Delay(period, _options.Time, cancellationToken).ConfigureAwait(false);
                EnqueueAll();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _options.Logger.ResyncStopped(_options.Name);
        }
    }

    private void EnqueueAll()
    {
        foreach (var key in Store.Snapshot().Keys)
        {
            _queue.Add(key, WorkQueuePriority.Low);
        }
    }
}
