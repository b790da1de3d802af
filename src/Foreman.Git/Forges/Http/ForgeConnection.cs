namespace Foreman.Git.Forges.Http;

/// <summary>What the operations of one forge share: the connection, and the limit that the forge set.</summary>
internal sealed class ForgeConnection : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private readonly string _secret;
    private readonly TimeProvider _time;
    private readonly ForgeHttp _http;
    private readonly Random _random;
    private readonly Lock _gate = new();
    private ForgeWait? _held;

    /// <param name="endpoint">The forge.</param>
    /// <param name="credential">Null to call it without one.</param>
    /// <param name="headers">Sent with every request, the token's own among them.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock of all waits.</param>
    internal ForgeConnection(ForgeEndpoint endpoint, GitCredential? credential, IReadOnlyList<(string Name, string Value)> headers, ForgeOptions options, TimeProvider time)
    {
        (Endpoint, Options, _secret, _time) = (endpoint, options, credential?.Token ?? "", time);
        _http = new ForgeHttp(endpoint, headers, options, time);
        _random = new Random(options.Seed);
    }

    internal ForgeEndpoint Endpoint { get; }

    internal ForgeOptions Options { get; }

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>A moment, for <see cref="Since"/>.</summary>
    internal long Moment => _time.GetTimestamp();

    /// <summary>How long a moment is ago.</summary>
    internal TimeSpan Since(long moment) => _time.GetElapsedTime(moment);

    internal double Jitter()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }

    /// <summary>A text without the token, which servers may send back in their errors.</summary>
    internal string Redact(string text) => _secret.Length == 0 ? text : text.Replace(_secret, "***", StringComparison.Ordinal);

    internal Task<ForgeReply> SendAsync(ForgeRequest request, CancellationToken cancellationToken) => _http.SendAsync(request, cancellationToken);

    /// <summary>No call is made for this long, and for a second at least.</summary>
    internal void Hold(TimeSpan wait, string reason)
    {
        lock (_gate)
        {
            var until = Now + (wait > Shortest ? wait : Shortest);
            _held = _held is { } held && held.Until > until ? held : new ForgeWait(reason, until);
        }
    }

    /// <summary>The limit that is still to be waited for; null when there is none.</summary>
    internal ForgeWait? Held()
    {
        lock (_gate)
        {
            return _held = _held is { } held && held.Until > Now ? held : null;
        }
    }

    internal async Task WaitAsync(TimeSpan wait, string why, CancellationToken cancellationToken)
    {
        Options.Waiting?.Invoke(new ForgeWait(why, Now + wait));
        Options.Logger.ForgeWaits(Endpoint.Host, wait.TotalSeconds, why);
        await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();
}
