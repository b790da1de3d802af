namespace Foreman.Kubernetes;

/// <summary>
/// A token in a file that the kubelet or another program renews: the file is re-read every minute, after a 401, and every few
/// seconds once the token is past 80 % of its lifetime.
/// </summary>
internal sealed class TokenFileAuth(string path, TimeProvider time) : ICredentialSource
{
    /// <summary>How often the file is re-read, the same as in client-go.</summary>
    public static readonly TimeSpan RereadInterval = TimeSpan.FromMinutes(1);

    /// <summary>How often the file is re-read while the token is overdue for renewal.</summary>
    public static readonly TimeSpan OverdueInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Credential? _credential;
    private DateTimeOffset? _renewalDue;
    private long _readAt;

    public ValueTask<Credential> GetAsync(Credential? refused, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_credential is null || _credential == refused || time.GetElapsedTime(_readAt) >= CurrentInterval())
            {
                var token = Read();
                if (token is not null && token != _credential?.Token)
                {
                    _credential = new(token);
                    _renewalDue = JwtLifetime.RenewalDue(token, time.GetUtcNow());
                }

                _readAt = time.GetTimestamp();
            }

            return new(_credential!);
        }
    }

    private TimeSpan CurrentInterval() => _renewalDue is { } due && time.GetUtcNow() >= due ? OverdueInterval : RereadInterval;

    /// <summary>The file's token; null while the file is absent or empty during a replacement, when the old token stays in use.</summary>
    private string? Read()
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            return text.Length > 0 ? text
                : _credential is not null ? null
                : throw new KubeConfigException(path, null, "the token file is empty", "Put a bearer token there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _credential is not null
                ? null
                : throw new KubeConfigException(path, null, $"the token file can't be read ({e.Message})", "Correct the path or its permissions", e);
        }
    }
}
