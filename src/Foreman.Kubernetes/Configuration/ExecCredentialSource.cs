namespace Foreman.Kubernetes;

/// <summary>
/// Caches the credential of an exec plugin until it expires or the server refuses it, then runs the plugin again. The plugin
/// runs once at a time, whatever the number of calls that wait for it.
/// </summary>
internal sealed class ExecCredentialSource(ExecPlugin plugin, TimeProvider time) : ICredentialSource
{
    /// <summary>A credential is replaced this long before it expires, because a call that starts now takes some time.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Credential? _credential;
    private long _gotAt;
    private TimeSpan? _usable;
    private Task<Credential>? _run;

    public ValueTask<Credential> GetAsync(Credential? refused, CancellationToken cancellationToken)
    {
        Task<Credential> run;
        lock (_lock)
        {
            if (_credential is { } current && current != refused && !(_usable is { } usable && time.GetElapsedTime(_gotAt) >= usable))
            {
                return new(current);
            }

            run = _run ??= RunAsync();
        }

        return new(run.WaitAsync(cancellationToken));
    }

    private async Task<Credential> RunAsync()
    {
        // Yields before the plugin starts, so that the caller releases the lock and sets the field first.
        await Task.Yield();
        try
        {
            var started = time.GetTimestamp();
            var (credential, expires) = await plugin.RunAsync(time, CancellationToken.None).ConfigureAwait(false);
            lock (_lock)
            {
                _credential = credential;
                _gotAt = started;
                _usable = expires is { } end ? Usable(end - time.GetUtcNow()) : null;
                return credential;
            }
        }
        finally
        {
            lock (_lock)
            {
                _run = null;
            }
        }
    }

    /// <summary>How long a credential is used: 80 % of its lifetime, or until the margin before its expiry if that is later.</summary>
    private static TimeSpan Usable(TimeSpan valid) =>
        valid <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max((long)(valid.Ticks * JwtLifetime.RenewAt), (valid - Margin).Ticks));
}
