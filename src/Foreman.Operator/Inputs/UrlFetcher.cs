using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Foreman.Primitives;

namespace Foreman.Operator.Inputs;

/// <summary>
/// Fetches files from allowed URLs only: each redirect is checked as the first URL was, and a name that leads into a private
/// network is not called unless the list names that network itself. Credentials and cookies are never sent.
/// </summary>
internal sealed class UrlFetcher : IDisposable
{
    /// <summary>Most redirects that are followed.</summary>
    public const int MaxRedirects = 5;

    private readonly UrlAllowList _allow;
    private readonly IWebProxy _proxy;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <param name="allow">What may be fetched.</param>
    /// <param name="proxy">The proxy of each URL.</param>
    /// <param name="time">The clock of the limit.</param>
    public UrlFetcher(UrlAllowList allow, IWebProxy proxy, TimeProvider time)
    {
        (_allow, _proxy, _time) = (allow, proxy, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = proxy,
            UseProxy = true,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.Zero,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Longest fetch of one file, redirects included.</summary>
    public static TimeSpan MaxTime { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The addresses of a name.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Fetches a file.</summary>
    /// <param name="url">Where from.</param>
    /// <param name="maxBytes">Larger files are refused.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">It is not allowed, not there, too large or too slow.</exception>
    public async Task<byte[]> FetchAsync(Uri url, long maxBytes, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(MaxTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await FollowAsync(url, maxBytes, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Shown(url)} did not send the file within {MaxTime.TotalSeconds:0} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new InputException($"{Shown(url)} can't be fetched: {(e.InnerException as InputException ?? e).Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<byte[]> FollowAsync(Uri url, long maxBytes, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            Check(url, redirects);
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                url = redirects < MaxRedirects ? new Uri(url, location) : throw new InputException(string.Create(CultureInfo.InvariantCulture, $"more than {MaxRedirects} redirects"));
                continue;
            }

            return response.IsSuccessStatusCode
                ? await ReadAsync(response, maxBytes, cancellationToken)
                : throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Shown(url)} answered {(int)response.StatusCode}"));
        }
    }

    private void Check(Uri url, int redirects)
    {
        if (!_allow.Allows(url))
        {
            throw new InputException($"{Shown(url)}{(redirects > 0 ? ", where it was redirected to," : "")} is not below a prefix of the operator's --input-url-allow");
        }

        // A proxy resolves names itself, so an address is looked at before it is asked.
        if (IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out var address))
        {
            CheckAddress(url, address);
        }
    }

    private void CheckAddress(Uri url, IPAddress address)
    {
        if (UrlAllowList.IsLinkLocal(address) || (UrlAllowList.IsPrivate(address) && !_allow.AllowsPrivate(url)))
        {
            throw new InputException($"{url.IdnHost} is {address}, an address of a private network that --input-url-allow does not name");
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var url = context.InitialRequestMessage.RequestUri!;
        var isDirect = _proxy.IsBypassed(url);
        var addresses = await Resolve(context.DnsEndPoint.Host, cancellationToken);
        foreach (var address in isDirect ? addresses : [])
        {
            CheckAddress(url, address);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, long maxBytes, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
        {
            throw new InputException(InputPlan.TooLarge(response.Content.Headers.ContentLength.Value));
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await content.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            if (content.Length > maxBytes)
            {
                throw new InputException(InputPlan.TooLarge(content.Length));
            }
        }

        return content.ToArray();
    }

    // A query may hold a credential, and messages are read by many.
    private static string Shown(Uri url) => Printable.Line(url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
}
