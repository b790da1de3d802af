using System.Net;
using Foreman.Primitives;

namespace Foreman.Tools.Mcp;

/// <summary>
/// Adds the credentials to requests to one server and to no other: what goes to another host or port is not sent at all, by
/// redirect or otherwise. Answers are bounded.
/// </summary>
internal sealed class McpHttpHandler : DelegatingHandler
{
    /// <summary>The longest answer, in bytes.</summary>
    internal const long MaxAnswerBytes = 16 << 20;

    private const int MaxRedirects = 5;
    private readonly Uri _server;
    private readonly IReadOnlyList<(string Name, string Value)> _headers;

    /// <param name="server">The address that the Agent names.</param>
    /// <param name="headers">For that server only.</param>
    /// <param name="proxies">Between here and the server.</param>
    internal McpHttpHandler(Uri server, IReadOnlyList<(string Name, string Value)> headers, EnvironmentProxy proxies)
        : base(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            Proxy = proxies,
        })
    {
        (_server, _headers) = (server, headers);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in _headers)
        {
            _ = request.Headers.Remove(name);
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                throw new HttpRequestException($"the header {Printable.Line(name, 60)} can't be sent");
            }
        }

        for (var redirects = 0; ; redirects++)
        {
            if (request.RequestUri is not { } uri || !IsSame(uri, _server))
            {
                throw new HttpRequestException($"{Named(request.RequestUri)} is another server than {Named(_server)} and was not called");
            }

            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                return await BoundedAsync(response, cancellationToken).ConfigureAwait(false);
            }

            var target = response.Headers.Location is { } location ? new Uri(uri, location) : null;
            var keepsMethod = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
            response.Dispose();
            if (target is null || !keepsMethod || redirects >= MaxRedirects || !IsSame(target, _server))
            {
                throw new HttpRequestException($"it redirects to {Named(target)}, which is not followed: set url to where the server is");
            }

            request.RequestUri = target;
        }
    }

    private static bool IsSame(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static string Named(Uri? uri) => uri is null ? "nowhere" : Printable.Line(uri.GetLeftPart(UriPartial.Authority), 120);

    private static async Task<HttpResponseMessage> BoundedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bounded = new StreamContent(new BoundedStream(
            await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), MaxAnswerBytes, perLine: false));
        foreach (var (name, values) in response.Content.Headers)
        {
            _ = bounded.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = bounded;
        return response;
    }
}
