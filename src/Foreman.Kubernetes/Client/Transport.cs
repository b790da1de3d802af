using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes;

/// <summary>
/// Sends requests over connections of its own, with credentials and a deadline, and turns every failure into a
/// <see cref="KubernetesException"/> (the server answered) or a <see cref="KubernetesUnreachableException"/> (it did not).
/// </summary>
internal sealed class Transport : IDisposable
{
    /// <summary>Longest wait that a server's Retry-After can cause before the error is passed on instead.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly KubernetesClientConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly ITokenProvider _tokens;
    private readonly ServerWarnings _warnings;
    private readonly HttpClient _http;
    private readonly IWriteFence? _fence;
    private readonly bool _sharesConnections;

    public Transport(KubernetesClientConfiguration configuration, KubernetesClientOptions options)
    {
        _configuration = configuration;
        _time = options.Time;
        _tokens = configuration.TokenFile is { } file ? new TokenFileAuth(file, _time) : new StaticToken(configuration.AccessToken);
        _warnings = new(options);
        _http = new HttpClient(HttpHandlerFactory.Create(configuration))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.TryParseAdd(configuration.UserAgent);
    }

    private Transport(Transport other, IWriteFence fence)
    {
        (_configuration, _time, _tokens, _warnings, _http) = (other._configuration, other._time, other._tokens, other._warnings, other._http);
        (_fence, _sharesConnections) = (fence, true);
    }

    public KubernetesClientConfiguration Configuration => _configuration;

    public Uri Host => _configuration.Host;

    /// <summary>The same connections for writes under a fence; disposing it leaves them open.</summary>
    public Transport Fenced(IWriteFence fence) => new(this, fence);

    public void Dispose()
    {
        if (!_sharesConnections)
        {
            _http.Dispose();
        }
    }

    /// <summary>Sends a request and reads its answer.</summary>
    public Task<TResult> SendAsync<TResult>(ApiRequest request, JsonTypeInfo<TResult> typeInfo, CancellationToken cancellationToken) =>
        WithinDeadlineAsync(
            request,
            async (fenced, token) =>
            {
                using var response = await OpenAsync(request, fenced, token).ConfigureAwait(false);
                var body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                try
                {
                    return await JsonSerializer.DeserializeAsync(body, typeInfo, token).ConfigureAwait(false)
                        ?? throw new JsonException("it is null");
                }
                catch (JsonException e)
                {
                    throw TransportFailure.NotKubernetes(Host, Call(request), response.Content.Headers.ContentType?.MediaType, e);
                }
            },
            cancellationToken);

    /// <summary>Sends a request whose answer is not looked at.</summary>
    public Task SendAsync(ApiRequest request, CancellationToken cancellationToken) =>
        WithinDeadlineAsync(
            request,
            async (fenced, token) =>
            {
                using var response = await OpenAsync(request, fenced, token).ConfigureAwait(false);
                await response.Content.CopyToAsync(Stream.Null, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Opens a stream: the deadline is for the first bytes only, the caller disposes the answer.</summary>
    public Task<HttpResponseMessage> StreamAsync(ApiRequest request, CancellationToken cancellationToken) =>
        WithinDeadlineAsync(request, (fenced, token) => OpenAsync(request, fenced, token), cancellationToken);

    private async Task<TResult> WithinDeadlineAsync<TResult>(
        ApiRequest request, Func<FencedCall?, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        using var fenced = FencedCall.For(_fence, request);
        using var timer = new CancellationTokenSource(fenced?.Limit(_configuration.RequestTimeout) ?? _configuration.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await call(fenced, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (fenced?.HasEnded(e, cancellationToken.IsCancellationRequested) == true)
        {
            throw fenced.Lost(e);
        }
        catch (Exception e) when (TransportFailure.IsTransport(e))
        {
            throw TransportFailure.Explain(Host, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // Either the timer, or the handler's own limit for making a connection.
            throw TransportFailure.Timeout(Host, timer.IsCancellationRequested ? _configuration.RequestTimeout : HttpHandlerFactory.ConnectTimeout, e);
        }
    }

    /// <summary>Sends until there is an answer other than "too many requests" or a token that has just been renewed.</summary>
    private async Task<HttpResponseMessage> OpenAsync(ApiRequest request, FencedCall? fenced, CancellationToken cancellationToken)
    {
        var token = _tokens.Token();
        while (true)
        {
            var response = await _http.SendAsync(Message(request, fenced, token), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            fenced?.OnAnswer();
            _warnings.Report(response.Headers, Call(request));
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized && _tokens.Token(refused: token) is { } renewed && renewed != token)
                {
                    token = renewed;
                    continue;
                }

                var wait = ServerAnswer.RetryAfter(response, _time);
                if (response.StatusCode == HttpStatusCode.TooManyRequests && wait is { } pause && pause <= LongestWait)
                {
                    await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                throw ServerAnswer.ToException(response.StatusCode, body, wait, Call(request));
            }
        }
    }

    private HttpRequestMessage Message(ApiRequest request, FencedCall? fenced, string? token)
    {
        var message = request.ToHttpRequestMessage(Host);
        fenced?.Guard(message);
        if (token is not null)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        // The handler takes the name for TLS from this header; the API server itself does not look at it.
        message.Headers.Host = _configuration.TlsServerName;
        return message;
    }

    private static string Call(ApiRequest request) => $"{request.Method} {request.PathAndQuery}";
}
