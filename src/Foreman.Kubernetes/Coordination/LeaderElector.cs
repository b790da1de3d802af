using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>
/// Lets one of several processes lead. Only timestamps of the own clock decide, never the times that others wrote; a
/// renewal counts from the moment it was sent, so that a leader whose renewal comes late, or who was paused, knows that it
/// leads no more before anybody else can.
/// </summary>
public sealed class LeaderElector
{
    private readonly LeaderElectionConfig _config;
    private readonly LeaseLock _lock;
    private readonly Random _random;
    private long _renewedAt;
    private volatile bool _leading;
    private volatile string? _leader;

    /// <summary>Makes an elector; <see cref="RunAsync"/> sets it going.</summary>
    /// <exception cref="ArgumentException">The durations do not fit together.</exception>
    public LeaderElector(LeaderElectionConfig config)
    {
        _config = config.Validated();
        _lock = config.Lock;
#pragma warning disable CA5394 // Spreads attempts; guards nothing.
        _random = new Random(config.Seed);
#pragma warning restore CA5394
    }

    /// <summary>Raised when this process begins to lead.</summary>
    public event Action? OnStartedLeading;

    /// <summary>Raised when this process no longer leads.</summary>
    public event Action? OnStoppedLeading;

    /// <summary>Raised with the identity of each new leader, this one included.</summary>
    public event Action<string>? OnNewLeader;

    /// <summary>True while this process leads for certain: ask before each write. Turns false by itself when time has passed.</summary>
    public bool IsLeader() => _leading && Time.GetElapsedTime(Interlocked.Read(ref _renewedAt)) < _config.RenewDeadline;

    /// <summary>Identity of the leader as last seen; null when there was none yet.</summary>
    public string? GetLeader() => _leader;

    private TimeProvider Time => _lock.Time;

    /// <summary>Waits to lead, leads until the lead is lost or cancelled, and releases the Lease if it is still held.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public Task RunUntilLeadershipLostAsync(CancellationToken cancellationToken = default) =>
        RunAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, Time, token), cancellationToken);

    /// <summary>Leads again and again until cancelled.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAndTryToHoldLeadershipForeverAsync(CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await RunUntilLeadershipLostAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits to lead, then works while leading. The Lease is renewed until the work has ended, also while it winds down
    /// after a cancellation; then it is released, so that the next leader need not wait.
    /// </summary>
    /// <param name="work">The work; its token is cancelled when the lead is lost or <paramref name="cancellationToken"/> is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When the lead was lost, cancelled, or the work has ended; errors of the work are passed on.</returns>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken = default)
    {
        if (!await AcquireAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var renewing = new CancellationTokenSource();
        var renewal = RenewUntilLostAsync(leading, renewing.Token);
        try
        {
            OnStartedLeading?.Invoke();
            await work(leading.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested)
        {
            _config.Logger.LogDebug("{Identity} stops leading", _lock.Identity);
        }
        finally
        {
            await renewing.CancelAsync().ConfigureAwait(false);
            await renewal.ConfigureAwait(false);
            var held = IsLeader();
            _leading = false;
            OnStoppedLeading?.Invoke();
            if (held)
            {
                await ReleaseAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Contends until the Lease is held; false when cancelled before.</summary>
    private async Task<bool> AcquireAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!await TryOnceAsync(_config.RenewDeadline, cancellationToken).ConfigureAwait(false))
            {
                await Task.Delay(_config.RetryPeriod * (1 + Chance()), Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        _leading = true;
        return true;
    }

    /// <summary>Renews until stopped, or until it has not succeeded for the renewal deadline: then cancels the work.</summary>
    private async Task RenewUntilLostAsync(CancellationTokenSource work, CancellationToken stop)
    {
        try
        {
            while (IsLeader())
            {
                await Task.Delay(_config.RetryPeriod, Time, stop).ConfigureAwait(false);
                var left = _config.RenewDeadline - Time.GetElapsedTime(Interlocked.Read(ref _renewedAt));
                if (left > TimeSpan.Zero && !await TryOnceAsync(left, stop).ConfigureAwait(false) && _leader != _lock.Identity)
                {
                    break;
                }
            }

            _leading = false;
            _config.Logger.LogWarning("{Identity} has lost the Lease {Lease} to {Leader}", _lock.Identity, _lock.Name, _leader ?? "nobody yet");
            await work.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The work has ended first.
        }
    }

    /// <summary>One attempt within a time; its success counts from its start, and only if it came in time.</summary>
    private async Task<bool> TryOnceAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        var started = Time.GetTimestamp();
        using var limit = new CancellationTokenSource(within, Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var attempt = await _lock.TryAcquireOrRenewAsync(both.Token).ConfigureAwait(false);
            See(attempt.Holder);
            if (!attempt.Held || Time.GetElapsedTime(started) >= within)
            {
                return false;
            }

            Interlocked.Exchange(ref _renewedAt, started);
            return true;
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            _config.Logger.LogWarning("{Identity} could not take or renew the Lease {Lease}: {Error}", _lock.Identity, _lock.Name, e.Message);
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private void See(string? holder)
    {
        if (holder is not null && holder != _leader)
        {
            _leader = holder;
            OnNewLeader?.Invoke(holder);
        }
    }

    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(_config.RetryPeriod, Time);
        try
        {
            await _lock.ReleaseAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or OperationCanceledException)
        {
            _config.Logger.LogWarning("The Lease {Lease} could not be released, it expires by itself: {Error}", _lock.Name, e.Message);
        }
    }

#pragma warning disable CA5394 // Spreads attempts; guards nothing.
    private double Chance() => _random.NextDouble();
#pragma warning restore CA5394
}
