using System.Net;
using System.Text;
using Foreman.Operator.Inputs;
using Foreman.Primitives;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Inputs;

[Trait("Kind", "4")]
public sealed class UrlFetcherTests : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _base = $"http://127.0.0.1:{FreePort.Next()}/";

    public UrlFetcherTests()
    {
        _listener.Prefixes.Add(_base);
        _listener.Start();
        _ = ServeAsync();
    }

    public void Dispose() => _listener.Close();

    [Fact]
    public async Task An_allowed_file_is_fetched_also_behind_a_redirect_that_is_allowed()
    {
        Assert.Equal("content", Encoding.UTF8.GetString(await FetchAsync("data/file")));
        Assert.Equal("content", Encoding.UTF8.GetString(await FetchAsync("data/to?/data/file")));
    }

    [Theory]
    [InlineData("other/file", "is not below a prefix")]
    [InlineData("data/to?/other/file", "where it was redirected to, is not below a prefix")]
    [InlineData("data/to?http://169.254.169.254/latest/meta-data/", "where it was redirected to, is not below a prefix")]
    [InlineData("data/to?file:///etc/passwd", "where it was redirected to, is not below a prefix")]
    [InlineData("data/loop", "more than 5 redirects")]
    [InlineData("data/none", "answered 404")]
    [InlineData("data/large", "it has 2000 bytes")]
    [InlineData("data/endless", "the files of a task may have")]
    public async Task What_is_not_allowed_not_there_or_too_large_is_refused_with_its_reason(string path, string reason)
    {
        var refused = await Assert.ThrowsAsync<InputException>(() => FetchAsync(path));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_name_that_leads_into_a_private_network_is_not_called(string address)
    {
        var port = new Uri(_base).Port;
        using var urls = new UrlFetcher(UrlAllowList.Of([new Uri($"http://files.example:{port}/")]), EnvironmentProxy.Read(_ => null), TimeProvider.System)
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]),
        };

        var refused = await Assert.ThrowsAsync<InputException>(() => urls.FetchAsync(new Uri($"http://files.example:{port}/data/file"), 100, CancellationToken.None));

        Assert.Contains("an address of a private network", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metadata_address_is_not_called_even_where_it_is_listed()
    {
        using var urls = new UrlFetcher(UrlAllowList.Of([new Uri("http://169.254.169.254/")]), EnvironmentProxy.Read(_ => null), TimeProvider.System);

        await Assert.ThrowsAsync<InputException>(() => urls.FetchAsync(new Uri("http://169.254.169.254/latest"), 100, CancellationToken.None));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_on_time()
    {
        var time = new ManualTimeProvider();
        using var urls = Fetcher(time);
        var fetch = urls.FetchAsync(new Uri(_base + "data/silent"), 100, CancellationToken.None);
        await time.WaitForTimersAsync(1);
        time.Advance(UrlFetcher.MaxTime);

        var refused = await Assert.ThrowsAsync<InputException>(() => fetch);

        Assert.Contains("within 30 s", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_is_not_shown()
    {
        var refused = await Assert.ThrowsAsync<InputException>(() => FetchAsync("data/none?token=secret"));

        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    private UrlFetcher Fetcher(TimeProvider time) => new(UrlAllowList.Of([new Uri(_base + "data/")]), EnvironmentProxy.Read(_ => null), time);

    private async Task<byte[]> FetchAsync(string path)
    {
        using var urls = Fetcher(TimeProvider.System);
        return await urls.FetchAsync(new Uri(_base + path), 1000, CancellationToken.None);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It was closed.
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        var (url, response) = (context.Request.Url!, context.Response);
        try
        {
            switch (url.AbsolutePath)
            {
                case "/data/silent":
                    return;
                case "/data/to":
                    (response.StatusCode, response.Headers["Location"]) = (302, Uri.UnescapeDataString(url.Query[1..]));
                    break;
                case "/data/loop":
                    (response.StatusCode, response.Headers["Location"]) = (302, "/data/loop");
                    break;
                case "/data/file" or "/other/file":
                    await response.OutputStream.WriteAsync("content"u8.ToArray());
                    break;
                case "/data/large":
                    response.ContentLength64 = 2000;
                    await response.OutputStream.WriteAsync(new byte[2000]);
                    break;
                case "/data/endless":
                    response.SendChunked = true;
                    await response.OutputStream.WriteAsync(new byte[5000]);
                    break;
                default:
                    response.StatusCode = 404;
                    break;
            }

            response.Close();
        }
        catch (Exception e) when (e is IOException or HttpListenerException or ObjectDisposedException)
        {
            // The client went away.
        }
    }
}
