using System.Net.Sockets;
using System.Text;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>
/// A client of one server that requests each path at most once. It sends read-only requests only, because a POST makes some
/// servers load a model.
/// </summary>
internal sealed class CachedProbeClient(HttpClient http, ModelAddress address, ProbeOptions options, TimeProvider time)
{
    /// <summary>The largest answer that is read; a list of models has some hundred bytes for each.</summary>
    public const int MaxResponseBytes = 2 * 1024 * 1024;

    private const string Api = "/v1/";
    private readonly Dictionary<string, ProbeResponse> _responses = new(StringComparer.Ordinal);

    /// <summary>The server's address in the form that is stored.</summary>
    public string Url { get; } = address.Url;

    /// <summary>The first request that failed; later requests are then not sent.</summary>
    public ProbeResponse? FirstFailure { get; private set; }

    /// <summary>The first path whose answer was larger than is read.</summary>
    public string? TooLarge { get; private set; }

    /// <summary>Requests a path; after a failed request, that failure is returned for every path.</summary>
    public async Task<ProbeResponse> GetAsync(string path, CancellationToken cancellationToken)
    {
        if (FirstFailure is { } failed)
        {
            return failed;
        }

        var response = await TryGetAsync(path, cancellationToken);
        FirstFailure = response.FailureKind is null ? null : response;
        TooLarge ??= response is { TooLarge: true, IsHtml: false } ? path : null;
        return response;
    }

    /// <summary>Requests a path that a busy server may not answer: a failure says nothing about the server.</summary>
    public async Task<ProbeResponse> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        if (!_responses.TryGetValue(path, out var response))
        {
            response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, Resolve(path)), cancellationToken);
            _responses[path] = response;
        }

        return response;
    }

    /// <summary>Posts a body, for the one read-only request that needs it (capabilities of an Ollama model).</summary>
    public Task<ProbeResponse> PostAsync(string path, string json, CancellationToken cancellationToken) => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Post, Resolve(path)) { Content = new StringContent(json, Encoding.UTF8, "application/json") },
        cancellationToken);

    /// <summary>The full URL of a path, for messages.</summary>
    public string Describe(string path) => Resolve(path).ToString();

    /// <summary>The proxy that stands between, for messages; empty when the server is asked directly.</summary>
    public string Through() => options.Proxies.Describe(address.Resolve("models")) is { } proxy
        ? $" (asked through the proxy {proxy}: correct it, or add {address.Resolve("models").Host} to NO_PROXY)"
        : "";

    public static HttpClient NewClient(ProbeOptions options) => new(
        new SocketsHttpHandler
        {
            Proxy = options.Proxies,
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = 4,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    // Paths below /v1 belong to the OpenAI-compatible API, whose root may be elsewhere.
    private Uri Resolve(string path) =>
        path.StartsWith(Api, StringComparison.Ordinal) ? address.Resolve(path[Api.Length..]) : new Uri(address.Native + path);

    private async Task<ProbeResponse> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var message = request();
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await response.Content.ReadAsStreamAsync(either.Token);
            var (bytes, tooLarge) = await BoundedBytes.ReadAsync(body, MaxResponseBytes, null, either.Token);
            return new ProbeResponse
            {
                Status = (int)response.StatusCode,
                ContentType = Printable.Line(response.Content.Headers.ContentType?.ToString() ?? "", 120),
                Product = Printable.Line(response.Headers.Server.ToString(), 120),
                Bytes = bytes,
                TooLarge = tooLarge,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeResponse { FailureKind = FailureKind.TimedOut, Failure = $"it did not answer in {options.RequestTimeout.TotalSeconds:0.#} s" };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or NotSupportedException)
        {
            var refused = e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            return new ProbeResponse
            {
                FailureKind = refused ? FailureKind.Refused : FailureKind.Failed,
                Failure = refused ? "nothing listens there" : Printable.Line(Innermost(e).Message),
            };
        }
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
