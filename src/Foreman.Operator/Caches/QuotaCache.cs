using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Scheduling;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Caches;

/// <summary>Follows the ConfigMap of quotas. A wrong one changes nothing; without any there are no quotas.</summary>
internal sealed class QuotaCache
{
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromMilliseconds(100);

    private readonly Reflector<V1ConfigMap> _maps;
    private readonly ObjectKey _key;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile QuotaSet _current = QuotaSet.None;
    private bool _hasGood;

    /// <param name="client">The API.</param>
    /// <param name="foremanNamespace">Namespace of the ConfigMap.</param>
    /// <param name="options">Clock and log.</param>
    public QuotaCache(IKubernetes client, string foremanNamespace, ReflectorOptions options)
    {
        (_key, _time, _logger) = (new(foremanNamespace, QuotaFile.ConfigMap), options.Time, options.Logger);
        _maps = new(client, options with { Namespaces = [foremanNamespace], FieldSelector = Selectors.Equal("metadata.name", QuotaFile.ConfigMap) });
        _maps.Store.Subscribe(change => Take(change.Type == ResourceEventType.Deleted ? null : change.Object));
    }

    /// <summary>Done when it is known whether there are quotas, or that they may not be read: an operator without that right works without quotas.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The ConfigMap, if there is one.</summary>
    public Store<V1ConfigMap> Store => _maps.Store;

    /// <summary>The quotas in force: those of the last ConfigMap without an error. Before there was one, the entries without an error count.</summary>
    public QuotaSet Current => _current;

    /// <summary>Follows it until cancelled.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_maps.RunAsync(cancellationToken), AwaitAsync(cancellationToken));

    private async Task AwaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!_maps.Ready.IsCompleted)
            {
                if (_maps.LastError is KubernetesException { IsForbidden: true } e)
                {
                    CachesLog.QuotasForbidden(_logger, _key, e.Message);
                    break;
                }

                await Task.WhenAny(_maps.Ready, Task.Delay(BetweenChecks, _time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }

            _ready.TrySetResult();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ready.TrySetCanceled(cancellationToken);
        }
    }

    private void Take(V1ConfigMap? map)
    {
        var read = QuotaFile.Read(map);
        if (read.Errors.IsEmpty)
        {
            (_current, _hasGood) = (read.Quotas, map is not null);
            CachesLog.QuotasRead(_logger, read.Quotas.All.Length);
            return;
        }

        _current = _hasGood ? _current : read.Quotas;
        CachesLog.QuotasInvalid(_logger, _key, _hasGood ? "the last ones without an error stay" : "only its entries without an error are", read.Summary);
    }
}

/// <summary>Tells of wrong quotas by an event about their ConfigMap.</summary>
/// <param name="events">Where it is told.</param>
/// <param name="logger">Log.</param>
/// <param name="stop">Gives up.</param>
internal sealed class QuotaEvents(EventRecorder events, ILogger logger, CancellationToken stop) : IAsyncDisposable
{
    private IDisposable? _subscription;
    private Task _writes = Task.CompletedTask;

    /// <summary>Follows the ConfigMap from now on.</summary>
    public void Start(Store<V1ConfigMap> maps) => _subscription = maps.Subscribe(Apply);

    /// <summary>Waits for the events under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _writes;
    }

    /// <summary>Takes note of a change.</summary>
    internal void Apply(ResourceEvent<V1ConfigMap> change)
    {
        if (change is { Type: not ResourceEventType.Deleted, Object: { } map } && QuotaFile.Read(map) is { Errors.IsEmpty: false } read)
        {
            _writes = WriteAsync(_writes, map, read.Summary);
        }
    }

    private async Task WriteAsync(Task before, V1ConfigMap map, string errors)
    {
        try
        {
            await before;
            await events.WarningAsync(map, Reasons.InvalidQuotas, $"The quotas in force are the last ones without an error, or, if none were read since the operator started, the entries without one: {errors}", stop);
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested || e is LeadershipLostException)
        {
            CachesLog.QuotaEventNotWritten(logger);
        }
    }
}
