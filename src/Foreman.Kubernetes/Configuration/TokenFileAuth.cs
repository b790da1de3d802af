namespace Foreman.Kubernetes;

/// <summary>
/// A token kept in a file that somebody else renews (the kubelet does so at 80 % of the token's life):
/// the file is read again once a minute and whenever the server refuses the token.
/// </summary>
internal sealed class TokenFileAuth(string path, TimeProvider time) : ITokenProvider
{
    /// <summary>How old a token that was read may get, the same as in client-go.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private string? _token;
    private long _readAt;

    public string? Token(string? refused = null)
    {
        lock (_lock)
        {
            if (_token is null || _token == refused || time.GetElapsedTime(_readAt) >= Freshness)
            {
                _token = Read() ?? _token;
                _readAt = time.GetTimestamp();
            }

            return _token;
        }
    }

    /// <summary>The file's token. While it is being replaced the file may be away or empty: then the old token goes on.</summary>
    private string? Read()
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            return text.Length > 0
                ? text
                : _token ?? throw new KubeConfigException(path, null, "the token file is empty", "Put a bearer token there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _token ?? throw new KubeConfigException(path, null, $"the token file can't be read ({e.Message})", "Correct the path or its permissions", e);
        }
    }
}
