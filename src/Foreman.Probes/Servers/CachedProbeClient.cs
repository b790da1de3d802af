using System.Net.Sockets;
using System.Text;

namespace Foreman.Probes;

/// <summary>
/// A client of one server that requests each path at most once. It sends read-only requests only, because a POST makes some
/// servers load a model.
/// </summary>
internal sealed class CachedProbeClient(HttpClient http, string url, TimeSpan limit, TimeProvider time)
{
    private const int MaxResponseBytes = 4 * 1024 * 1024;

    private readonly Dictionary<string, ProbeResponse> _responses = new(StringComparer.Ordinal);

    /// <summary>Base URL without a trailing slash and without <c>/v1</c>.</summary>
    public string Url { get; } = url;

    /// <summary>The first request that failed; later requests are then not sent.</summary>
    public ProbeResponse? FirstFailure { get; private set; }

    /// <summary>Requests a path; after a failed request, that failure is returned for every path.</summary>
    public async Task<ProbeResponse> GetAsync(string path, CancellationToken cancellationToken)
    {
        if (FirstFailure is { } failed)
        {
            return failed;
        }

        var response = await TryGetAsync(path, cancellationToken);
        FirstFailure = response.FailureKind is null ? null : response;
        return response;
    }

    /// <summary>Requests a path that a busy server may not answer: a failure says nothing about the server.</summary>
    public async Task<ProbeResponse> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        if (!_responses.TryGetValue(path, out var response))
        {
            response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, Url + path), cancellationToken);
            _responses[path] = response;
        }

        return response;
    }

    /// <summary>Posts a body, for the one read-only request that needs it (capabilities of an Ollama model).</summary>
    public Task<ProbeResponse> PostAsync(string path, string json, CancellationToken cancellationToken) => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Post, Url + path) { Content = new StringContent(json, Encoding.UTF8, "application/json") },
        cancellationToken);

    public static HttpClient NewClient() => new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = 4,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        })
    {
        MaxResponseContentBufferSize = MaxResponseBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private async Task<ProbeResponse> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var message = request();
            using var response = await http.SendAsync(message, either.Token);
            return new ProbeResponse
            {
                Status = (int)response.StatusCode,
                ContentType = response.Content.Headers.ContentType?.ToString() ?? "",
                Product = response.Headers.Server.ToString(),
                Body = await response.Content.ReadAsStringAsync(either.Token),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeResponse { FailureKind = FailureKind.TimedOut, Failure = $"it did not answer in {limit.TotalSeconds:0.#} s" };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            var refused = e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            return new ProbeResponse
            {
                FailureKind = refused ? FailureKind.Refused : FailureKind.Failed,
                Failure = refused ? "nothing listens there" : Innermost(e).Message,
            };
        }
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
