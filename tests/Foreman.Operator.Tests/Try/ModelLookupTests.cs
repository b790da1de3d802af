using System.Net;
using Foreman.Hosting;
using Foreman.Operator.Try;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Try;

public class ModelLookupTests
{
    [Fact]
    public async Task The_first_model_of_the_named_server_is_taken()
    {
        using var server = new Answering("""{"data":[{"id":"a"},{"id":"b:latest"}]}""");

        Assert.Equal(new ModelSource(server.Url, "a", false), await NamedAsync(new Uri(server.Url, "v1/"), null));
        Assert.Equal("b:latest", (await NamedAsync(server.Url, "B")).Name);
    }

    [Theory]
    [InlineData("<html>hello</html>", 200, "answers HTML")]
    [InlineData("loading", 503, "still loading")]
    [InlineData("nonsense", 200, "answers no JSON")]
    [InlineData("""{"data":[]}""", 200, "names no model")]
    [InlineData("""{"data":[{"id":"a"}]}""", 200, "--model missing: the server at")]
    public async Task What_is_no_llm_server_is_told_and_ends_with_3(string body, int status, string said)
    {
        using var server = new Answering(body, status);

        var e = await Assert.ThrowsAsync<ExitException>(() => NamedAsync(server.Url, "missing"));

        Assert.Equal(3, e.ExitCode);
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_cannot_be_reached()
    {
        var e = await Assert.ThrowsAsync<ExitException>(() => NamedAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"), null));

        Assert.Equal(3, e.ExitCode);
        Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
    }

    private static async Task<ModelSource> NamedAsync(Uri url, string? model)
    {
        using var handler = new SocketsHttpHandler();
        using var lookup = new ModelLookup(handler, TimeProvider.System);
        return await lookup.NamedAsync(url, model, CancellationToken.None);
    }

    /// <summary>A server that answers everything in the same way.</summary>
    private sealed class Answering : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Answering(string body, int status = 200)
        {
            Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
            _listener.Prefixes.Add(Url.ToString());
            _listener.Start();
            _ = ServeAsync(System.Text.Encoding.UTF8.GetBytes(body), status);
        }

        public Uri Url { get; }

        public void Dispose() => _listener.Close();

        private async Task ServeAsync(byte[] body, int status)
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    context.Response.StatusCode = status;
                    await context.Response.OutputStream.WriteAsync(body);
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
