using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>Carries out what the <see cref="ReflectorMachine"/> decides, for one namespace or the whole cluster.</summary>
internal sealed class ListWatch<T>(IKubernetes client, ReflectorOptions options, string? ns, int seed)
    where T : class, IResource<T>
{
    /// <summary>Seconds after which the server ends a watch, spread so that not all watches end together.</summary>
    private const int ShortestWatch = 240;
    private const int WatchSpread = 60;

    /// <summary>A watch that the server should have ended is given up after so long.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(30);

#pragma warning disable CA5394 // Spreads waits; guards nothing.
    private readonly Random _random = new(seed);
#pragma warning restore CA5394
    private volatile Exception? _lastError;
    private OpenedWatch<T>? _watch;

    public Exception? LastError => _lastError;

    public async Task RunAsync(Action<ReflectorStep<T>, bool> publish, CancellationToken cancellationToken)
    {
        var step = ReflectorMachine.Step(new ReflectorState<T>(), new ReflectorInput<T>.Ready());
        var synced = false;
        try
        {
            while (true)
            {
                var input = await CarryOutAsync(step.Action, cancellationToken).ConfigureAwait(false);
                step = ReflectorMachine.Step(step.State, input);
                publish(step, step.Synced && !synced);
                synced |= step.Synced;
            }
        }
        finally
        {
            await CloseWatchAsync().ConfigureAwait(false);
        }
    }

    private async Task<ReflectorInput<T>> CarryOutAsync(ReflectorAction action, CancellationToken cancellationToken)
    {
        try
        {
            switch (action)
            {
                case ReflectorAction.Wait(var failures):
                    await CloseWatchAsync().ConfigureAwait(false);
                    await Task.Delay(Backoff.Delay(failures, Chance()), options.Time, cancellationToken).ConfigureAwait(false);
                    return new ReflectorInput<T>.Ready();
                case ReflectorAction.FetchPage(var token):
                    await CloseWatchAsync().ConfigureAwait(false);
                    return new ReflectorInput<T>.Page(await client.ListAsync<T>(ns, PageOptions(token), cancellationToken).ConfigureAwait(false));
                case ReflectorAction.OpenWatch(var version):
                    await CloseWatchAsync().ConfigureAwait(false);
                    _watch = OpenWatch(version, cancellationToken);
                    return await ReadWatchAsync(_watch, cancellationToken).ConfigureAwait(false);
                default:
                    return await ReadWatchAsync(_watch!, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (KubernetesException e) when (e.IsGone)
        {
            options.Logger.LogDebug("The server no longer remembers where the watch of {Kind} stood: listing again", T.Type.Plural);
            return new ReflectorInput<T>.Expired();
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or KubeConfigException)
        {
            Report(e);
            return new ReflectorInput<T>.Failed();
        }
    }

    private static async Task<ReflectorInput<T>> ReadWatchAsync(OpenedWatch<T> watch, CancellationToken cancellationToken)
    {
        var next = await watch.NextAsync(cancellationToken).ConfigureAwait(false);
        return next is { } watched ? new ReflectorInput<T>.Event(watched) : new ReflectorInput<T>.WatchEnded(watch.Lasted);
    }

    private OpenedWatch<T> OpenWatch(string version, CancellationToken cancellationToken)
    {
        var seconds = ShortestWatch + (int)(WatchSpread * Chance());
        var watchOptions = new WatchOptions
        {
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            ResourceVersion = version,
            TimeoutSeconds = seconds,
            OnOpened = () => _lastError = null,
        };
        return new(token => client.WatchAsync<T>(ns, watchOptions, token), options.Time, TimeSpan.FromSeconds(seconds) + Overdue, cancellationToken);
    }

    private async ValueTask CloseWatchAsync()
    {
        if (_watch is { } watch)
        {
            _watch = null;
            await watch.DisposeAsync().ConfigureAwait(false);
        }
    }

    private ListOptions PageOptions(string? token) => new()
    {
        LabelSelector = options.LabelSelector,
        FieldSelector = options.FieldSelector,
        Limit = options.PageSize,
        ContinueToken = token,
    };

    private void Report(Exception e)
    {
        if (_lastError?.Message != e.Message)
        {
            options.Logger.LogWarning("Can't follow {Kind}: {Error}. Trying again", T.Type.Plural, e.Message);
        }

        _lastError = e;
    }

#pragma warning disable CA5394 // Spreads waits; guards nothing.
    private double Chance() => _random.NextDouble();
#pragma warning restore CA5394
}
