namespace Foreman.Kubernetes;

/// <summary>
/// Keeps the credential of a plugin until it ends, and has the plugin run again then or when the server refuses it. However
/// many calls need one, the plugin runs once at a time, and not for longer than somebody waits.
/// </summary>
internal sealed class ExecCredentials(ExecPlugin plugin, TimeProvider time) : ICredentialSource
{
    /// <summary>A credential is replaced so long before it ends, at most: a call that begins now takes some time.</summary>
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
        // Left before the plugin starts, so that the caller's lock is free and its field is set.
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

    /// <summary>How long a credential is used that is valid for so long: to 80 %, or to the margin before its end if that is later.</summary>
    private static TimeSpan Usable(TimeSpan valid) =>
        valid <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max((long)(valid.Ticks * JwtLifetime.RenewAt), (valid - Margin).Ticks));
}
