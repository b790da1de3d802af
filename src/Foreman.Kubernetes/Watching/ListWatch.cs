using System.Net;

namespace Foreman.Kubernetes;

/// <summary>Executes the actions of the <see cref="ReflectorStateMachine"/>, for one namespace or the whole cluster.</summary>
internal sealed class ListWatch<T>(IKubernetes client, ReflectorOptions options, string? ns, int seed)
    where T : class, IResource<T>
{
    /// <summary>Least timeoutSeconds of a watch; jitter is added so that not all watches end together.</summary>
    private const int ShortestWatch = 240;
    private const int WatchSpread = 60;

    /// <summary>Time past its timeoutSeconds after which a watch is abandoned.</summary>
    private static readonly TimeSpan WatchOverrun = TimeSpan.FromSeconds(30);

    /// <summary>After repeated 401 or 403 the retry interval is longer.</summary>
    private static readonly TimeSpan RefusedInterval = TimeSpan.FromSeconds(30);

    /// <summary>A longer silence during a streaming list means that the server does not support it.</summary>
    private static readonly TimeSpan StreamSilence = TimeSpan.FromSeconds(15);

#pragma warning disable CA5394 // Spreads waits; guards nothing.
    private readonly Random _random = new(seed);
#pragma warning restore CA5394
    private readonly KeyValuePair<string, object?> _resource = ReflectorMetrics.ResourceTag(T.Type);
    private readonly UnreadableReport<T> _unreadable = new(options.Logger, ReflectorMetrics.ResourceTag(T.Type));
    private volatile Exception? _lastError;
    private WatchSession<T>? _watch;
    private long _lastContact;
    private int _refusals;

    /// <summary>The namespace that is followed; null for all.</summary>
    public string? Namespace => ns;

    /// <summary>Waiters for the store to reach a resource version.</summary>
    public VersionWaiters Versions { get; } = new();

    /// <summary>The last failure of list or watch, else an undecodable object; null while there is neither.</summary>
    public Exception? LastError => _lastError ?? _unreadable.Error;

    /// <summary>Time since the last response or event of the server.</summary>
    public TimeSpan Staleness => options.Time.GetElapsedTime(Volatile.Read(ref _lastContact));

    public async Task RunAsync(Action<ReflectorStep<T>, bool> publish, CancellationToken cancellationToken)
    {
        RecordContact();
        var step = ReflectorStateMachine.Step(new ReflectorState<T> { NeverStream = !options.StreamingLists }, new ReflectorInput<T>.Ready());
        var synced = false;
        try
        {
            while (true)
            {
                var input = await ExecuteAsync(step, cancellationToken).ConfigureAwait(false);
                step = ReflectorStateMachine.Step(step.State, input);
                publish(step, step.Synced && !synced);
                Versions.SetReached(step.State.ResourceVersion);
                synced |= step.Synced;

                // The changes are released: the wait for the next event may be long, and a list is large.
                step = step.Changes.Count == 0 ? step : new(step.State, step.Action);
                _unreadable.Update(step.State.Unreadable);
            }
        }
        finally
        {
            await CloseWatchAsync().ConfigureAwait(false);
        }
    }

    private async Task<ReflectorInput<T>> ExecuteAsync(ReflectorStep<T> step, CancellationToken cancellationToken)
    {
        try
        {
            switch (step.Action)
            {
                case ReflectorAction.Wait(var failures, var atLeast):
                    await CloseWatchAsync().ConfigureAwait(false);
                    var delay = Backoff.Delay(failures, NextJitter());
                    await Task.Delay(atLeast > delay ? atLeast.Value : delay, options.Time, cancellationToken).ConfigureAwait(false);
                    return new ReflectorInput<T>.Ready();
                case ReflectorAction.FetchPage(var token):
                    await CloseWatchAsync().ConfigureAwait(false);
                    return await FetchPageAsync(token, step.State.Reason, cancellationToken).ConfigureAwait(false);
                case ReflectorAction.StreamList:
                    ReflectorMetrics.Listed(_resource, stream: true, step.State.Reason);
                    await CloseWatchAsync().ConfigureAwait(false);
                    _watch = OpenWatch(new() { SendInitialEvents = true }, cancellationToken);
                    break;
                case ReflectorAction.OpenWatch(var version):
                    await CloseWatchAsync().ConfigureAwait(false);
                    _watch = OpenWatch(new() { ResourceVersion = version }, cancellationToken);
                    break;
            }

            return await ReadWatchAsync(_watch!, step.State.Phase, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsGone || IsAhead(e))
        {
            options.Logger.WatchExpired(T.Type.Plural);
            return new ReflectorInput<T>.Expired();
        }
        catch (KubernetesException e) when (step.Action is ReflectorAction.StreamList && e.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
        {
            options.Logger.StreamingListsUnsupported(T.Type.Plural);
            return new ReflectorInput<T>.StreamRefused();
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            Report(e);
            return new ReflectorInput<T>.Failed(AtLeast(e as KubernetesException));
        }
    }

    private async Task<ReflectorInput<T>> FetchPageAsync(string? token, ListReason reason, CancellationToken cancellationToken)
    {
        if (token is null)
        {
            ReflectorMetrics.Listed(_resource, stream: false, reason);
        }

        var pageOptions = new ListOptions
        {
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            Limit = options.PageSize,
            ContinueToken = token,
        };
        var page = await client.ListAsync<Observed<T>>(ns, pageOptions, cancellationToken).ConfigureAwait(false);
        RecordContact();
        _refusals = 0;
        return new ReflectorInput<T>.Page(page);
    }

    private async Task<ReflectorInput<T>> ReadWatchAsync(WatchSession<T> watch, ReflectorPhase phase, CancellationToken cancellationToken)
    {
        var silence = phase == ReflectorPhase.Streaming && StreamSilence < options.SilenceLimit ? StreamSilence : options.SilenceLimit;
        if (await watch.NextAsync(silence, cancellationToken).ConfigureAwait(false) is not { } watched)
        {
            return new ReflectorInput<T>.WatchEnded(watch.Lasted, watch.WasSilent);
        }

        RecordContact();
        ReflectorMetrics.EventReceived(_resource, watched.Type);
        return new ReflectorInput<T>.Event(watched);
    }

    private WatchSession<T> OpenWatch(WatchOptions start, CancellationToken cancellationToken)
    {
        var seconds = ShortestWatch + (int)(WatchSpread * NextJitter());
        var watchOptions = start with
        {
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            TimeoutSeconds = seconds,
            OnOpened = Opened,
        };
        return new(token => client.WatchAsync<Observed<T>>(ns, watchOptions, token), options.Time, TimeSpan.FromSeconds(seconds) + WatchOverrun, cancellationToken);
    }

    private void Opened()
    {
        RecordContact();
        _refusals = 0;
        ReflectorMetrics.Watched(_resource);
        _lastError = null;
    }

    private async ValueTask CloseWatchAsync()
    {
        if (_watch is { } watch)
        {
            _watch = null;
            await watch.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The server has not reached the requested resource version: it came from another replica, or etcd was restored.</summary>
    private static bool IsAhead(KubernetesException e) =>
        e.Status.Details?.Causes?.Any(cause => cause.Reason == "ResourceVersionTooLarge") == true;

    /// <summary>Least wait: Retry-After, or the longer interval after repeated 401 or 403.</summary>
    private TimeSpan? AtLeast(KubernetesException? e)
    {
        _refusals = e is { IsUnauthorized: true } or { IsForbidden: true } ? _refusals + 1 : 0;
        return _refusals > 1 ? RefusedInterval * (1 + (0.2 * NextJitter())) : e?.RetryAfter;
    }

    private void Report(Exception e)
    {
        ReflectorMetrics.Failed(_resource);
        if (_lastError?.Message != e.Message)
        {
            options.Logger.WatchFailed(T.Type.Plural, e.Message);
        }

        _lastError = e;
    }

    private void RecordContact() => Volatile.Write(ref _lastContact, options.Time.GetTimestamp());

#pragma warning disable CA5394 // Spreads waits; guards nothing.
    private double NextJitter() => _random.NextDouble();
#pragma warning restore CA5394
}
