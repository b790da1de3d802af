
namespace Foreman.Kubernetes;

/// <summary>
/// Holds one Lease as a heartbeat. Unlike a leader it keeps trying while the server is unreachable: the Lease is lost only
/// when it has another holder.
/// </summary>
public sealed class LeaseHolder
{
    /// <summary>After repeated 401 or 403 the retry interval is longer.</summary>
    private static readonly TimeSpan RefusedInterval = TimeSpan.FromSeconds(30);

    private readonly LeaseLock _lock;
    private readonly LeaseHolderOptions _options;
    private readonly Random _random;
    private long _renewedAt;
    private volatile bool _held;
    private int _refusals;

    /// <summary>Makes a holder; nothing is sent before <see cref="TryAcquireAsync"/>.</summary>
    /// <param name="client">A client, best with connections of its own: <see cref="IKubernetes.Dedicated"/>.</param>
    /// <param name="ns">Namespace of the Lease.</param>
    /// <param name="name">Name of the Lease.</param>
    /// <param name="identity"><c>host/process</c>: an earlier process of the same host is superseded at once, see <see cref="SameHost"/>.</param>
    /// <param name="options">Duration and intervals; null for the defaults.</param>
    public LeaseHolder(IKubernetes client, string ns, string name, string identity, LeaseHolderOptions? options = null)
    {
        _options = options ?? new();
        _lock = new LeaseLock(client, ns, name, identity, new()
        {
            Duration = _options.Duration,
            Supersedes = holder => SameHost(holder, identity),
            Time = _options.Time,
        });
#pragma warning disable CA5394 // Spreads renewals; guards nothing.
        _random = new Random(_options.Seed);
#pragma warning restore CA5394
    }

    /// <summary>The Lease and the identity.</summary>
    public LeaseLock Lock => _lock;

    /// <summary>Raised after each renewal.</summary>
    public event Action? OnRenewed;

    /// <summary>Time since the last renewal that is known to have arrived; null when the Lease is not held.</summary>
    public TimeSpan? SinceRenewal => _held ? Time.GetElapsedTime(Interlocked.Read(ref _renewedAt)) : null;

    private TimeProvider Time => _lock.Time;

    /// <summary>
    /// Whether two identities of the form <c>host/process</c> belong to the same host, so that the newer process may
    /// take over at once from the older one.
    /// </summary>
    public static bool SameHost(string identity, string other) => Host(identity).SequenceEqual(Host(other));

    /// <summary>
    /// Tries once to take the Lease: when it is free, has expired by the own clock, or is held by an earlier process of the
    /// same host. Otherwise the outcome names the holder; call again to observe its expiry.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="KubernetesException">The server refuses, for example for want of rights.</exception>
    /// <exception cref="KubernetesUnreachableException">No answer came.</exception>
    public async Task<LeaseAttempt> TryAcquireAsync(CancellationToken cancellationToken = default)
    {
        var started = Time.GetTimestamp();
        var attempt = await _lock.TryAcquireOrRenewAsync(cancellationToken).ConfigureAwait(false);
        if (attempt.Held)
        {
            Interlocked.Exchange(ref _renewedAt, started);
            _held = true;
            OnRenewed?.Invoke();
        }

        return attempt;
    }

    /// <summary>Renews the Lease until cancelled, then releases it; or until it has another holder.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The other holder when the Lease was lost; null after a cancellation.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var renewed = await TryRenewAsync(cancellationToken).ConfigureAwait(false);
                if (renewed is { Held: false, Holder: { } holder } && holder != _lock.Identity)
                {
                    _held = false;
                    return holder;
                }

                var wait = renewed is { Held: true } ? _options.RenewInterval * (0.9 + (0.2 * NextJitter()))
                    : _refusals > 1 ? RefusedInterval : _options.RetryInterval;
                await Task.Delay(wait, Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await ReleaseAsync().ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>One renewal, bounded by the renew interval; null when it failed.</summary>
    private async Task<LeaseAttempt?> TryRenewAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.RenewInterval, Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var attempt = await TryAcquireAsync(both.Token).ConfigureAwait(false);
            _refusals = 0;
            return attempt;
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            _refusals = e is KubernetesException { IsForbidden: true } or KubernetesException { IsUnauthorized: true } ? _refusals + 1 : 0;
            _options.Logger.LeaseRenewalFailed(_lock.Name, e.Message);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _options.Logger.LeaseRenewalTimedOut(_lock.Name, _options.RenewInterval);
            return null;
        }
    }

    private async Task ReleaseAsync()
    {
        _held = false;
        using var limit = new CancellationTokenSource(_options.RetryInterval, Time);
        try
        {
            await _lock.ReleaseAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException or OperationCanceledException)
        {
            _options.Logger.LeaseReleaseFailed(_lock.Name, e.Message);
        }
    }

    private static ReadOnlySpan<char> Host(string identity) =>
        identity.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? identity.AsSpan(0, slash) : identity;

#pragma warning disable CA5394 // Spreads renewals; guards nothing.
    private double NextJitter() => _random.NextDouble();
#pragma warning restore CA5394
}
