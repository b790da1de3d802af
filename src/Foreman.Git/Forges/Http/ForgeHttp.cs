using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Foreman.Primitives;

namespace Foreman.Git.Forges.Http;

/// <summary>
/// Single exchanges with one forge. The token goes to the origin of its API only: no other address is called, by a redirect, a
/// page's link or otherwise.
/// </summary>
internal sealed class ForgeHttp : IDisposable
{
    private const int MaxRedirects = 3;
    private readonly ForgeEndpoint _endpoint;
    private readonly ForgeOptions _options;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<(string Name, string Value)> _headers;
    private readonly HttpClient _http;

    /// <param name="endpoint">The forge.</param>
    /// <param name="headers">Sent with every request, the token among them.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock of the bounds.</param>
    internal ForgeHttp(ForgeEndpoint endpoint, IReadOnlyList<(string Name, string Value)> headers, ForgeOptions options, TimeProvider time)
    {
        (_endpoint, _headers, _options, _time) = (endpoint, headers, options, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            Proxy = options.Proxies,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>One exchange, redirects within the API included.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ForgeException">There is no answer.</exception>
    internal async Task<ForgeReply> SendAsync(ForgeRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.CallLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await FollowAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(string.Create(CultureInfo.InvariantCulture, $"no answer within {_options.CallLimit.TotalSeconds:0.#} s"), mayHaveArrived: true);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e.InnerException?.Message ?? e.Message, e.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.SecureConnectionError));
        }
        catch (IOException e)
        {
            throw Unreachable($"the answer broke off: {e.Message}", mayHaveArrived: true);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<ForgeReply> FollowAsync(ForgeRequest request, CancellationToken cancellationToken)
    {
        var url = Resolve(request.Path);
        for (var redirects = 0; ; redirects++)
        {
            using var message = Message(request, url);
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            var maxBytes = status is >= 200 and < 300 ? request.MaxBytes : ForgeErrors.MaxBytes;
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var (body, isCut) = await BoundedBytes.ReadAsync(stream, maxBytes, null, cancellationToken).ConfigureAwait(false);
            var reply = new ForgeReply(status, body, isCut, HeadersOf(response));
            if (!reply.IsRedirect || response.Headers.Location is not { } location)
            {
                return reply;
            }

            var keepsMethod = request.Method == HttpMethod.Get || response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
            var target = new Uri(url, location);
            if (!keepsMethod || redirects >= MaxRedirects || !IsApi(target))
            {
                throw new ForgeException(
                    ForgeErrorKind.Refused,
                    $"{_endpoint} redirects to {Printable.Line(target.GetLeftPart(UriPartial.Authority), 120)}, which is not followed: set the forge's URL or the repository to where it is now");
            }

            url = target;
        }
    }

    private Uri Resolve(string path)
    {
        var url = Uri.TryCreate(_endpoint.Api, path, out var resolved) ? resolved : null;
        return url is not null && IsApi(url)
            ? url
            : throw new ForgeException(ForgeErrorKind.Unreadable, $"{_endpoint} names a page that is not below {_endpoint.Api}, and it was not called");
    }

    // GraphQL lies beside the REST API of GitHub Enterprise.
    private bool IsApi(Uri url) =>
        url.Scheme == _endpoint.Api.Scheme && url.Port == _endpoint.Api.Port
        && string.Equals(url.IdnHost, _endpoint.Api.IdnHost, StringComparison.OrdinalIgnoreCase) && url.UserInfo.Length == 0
        && (url.AbsolutePath.StartsWith(_endpoint.Api.AbsolutePath, StringComparison.Ordinal)
            || (_endpoint.Kind == ForgeKind.GitHub && url == GitHub.GitHubDrafts.Url(_endpoint)));

    private HttpRequestMessage Message(ForgeRequest request, Uri url)
    {
        var message = new HttpRequestMessage(request.Method, url);
        foreach (var (name, value) in _headers)
        {
            if (name != "Accept" || request.Accept is null)
            {
                _ = message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (request.Accept is { } accept)
        {
            message.Headers.Accept.ParseAdd(accept);
        }

        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return message;
    }

    private ForgeException Unreachable(string why, bool mayHaveArrived) =>
        new(new ForgeError(ForgeErrorKind.Unreachable, $"cannot reach {_endpoint}: {Printable.Line(why)}"), mayHaveArrived);

    // The message is disposed of before its headers are read.
    private static Func<string, string?> HeadersOf(HttpResponseMessage response)
    {
        var headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return headers.GetValueOrDefault;
    }
}
