namespace Foreman.Kubernetes;

/// <summary>
/// A token kept in a file that somebody else renews (the kubelet does so at 80 % of the token's life): the file is read
/// again once a minute, whenever the server refuses the token, and every few seconds once the token is past 80 % of its life.
/// </summary>
internal sealed class TokenFileAuth(string path, TimeProvider time) : ICredentialSource
{
    /// <summary>How old a token that was read may get, the same as in client-go.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    /// <summary>How often the file is read while a token is there that ought to have been replaced.</summary>
    public static readonly TimeSpan OverdueInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Credential? _credential;
    private DateTimeOffset? _renewalDue;
    private long _readAt;

    public ValueTask<Credential> GetAsync(Credential? refused, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_credential is null || _credential == refused || time.GetElapsedTime(_readAt) >= Patience())
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

    private TimeSpan Patience() => _renewalDue is { } due && time.GetUtcNow() >= due ? OverdueInterval : Freshness;

    /// <summary>The file's token. While it is being replaced the file may be away or empty: then null, and the old token goes on.</summary>
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
