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
        var e = await Assert.ThrowsAsync<ExitException>(() => NamedAsync(new Uri($"http://127.0.0.1:{FreePort.NextClosed()}"), null));

        Assert.Equal(3, e.ExitCode);
        Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "7")]
    public async Task An_embedding_model_is_never_the_default()
    {
        using var server = new Answering(path => path switch
        {
            "/" => "Ollama is running",
            "/api/version" => """{"version":"0.17.4"}""",
            "/api/tags" => """{"models":[{"name":"nomic-embed-text:latest","digest":"a1"},{"name":"qwen3:4b","digest":"b2"}]}""",
            "/api/ps" => """{"models":[]}""",
            "/v1/models" => """{"data":[{"id":"nomic-embed-text:latest"},{"id":"qwen3:4b"}]}""",
            _ => null,
        });

        Assert.Equal("qwen3:4b", (await NamedAsync(server.Url, null)).Name);
        Assert.Contains(
            "has qwen3:4b", (await Assert.ThrowsAsync<ExitException>(() => NamedAsync(server.Url, "nomic-embed-text"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Kind", "7")]
    [InlineData(null)]
    [InlineData("/models/qwen3-8b")]
    [InlineData("QWEN3-8B")]
    public async Task A_path_as_an_id_and_a_path_before_the_API_are_taken_as_the_host_takes_them(string? model)
    {
        using var server = new Answering(path => path == "/engines/v1/models" ? """{"data":[{"id":"/models/qwen3-8b","owned_by":"vllm"}]}""" : null);

        Assert.Equal(new ModelSource(new Uri(server.Url, "engines/v1"), "qwen3-8b", false), await NamedAsync(new Uri(server.Url, "engines/v1/"), model));
    }

    private static Task<ModelSource> NamedAsync(Uri url, string? model) =>
        new ModelLookup(TimeProvider.System).NamedAsync(url, model, CancellationToken.None);

    /// <summary>A server that answers everything in the same way, or by a script.</summary>
    private sealed class Answering : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Answering(string body, int status = 200)
            : this(_ => body, status)
        {
        }

        public Answering(Func<string, string?> bodyOf, int status = 200)
        {
            Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
            _listener.Prefixes.Add(Url.ToString());
            _listener.Start();
            _ = ServeAsync(bodyOf, status);
        }

        public Uri Url { get; }

        public void Dispose() => _listener.Close();

        private async Task ServeAsync(Func<string, string?> bodyOf, int status)
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    var body = bodyOf(context.Request.Url!.AbsolutePath);
                    context.Response.StatusCode = body is null ? 404 : status;
                    var bytes = System.Text.Encoding.UTF8.GetBytes(body ?? "");

                    // In chunks, an empty write would already end the answer, and Close would end it again.
                    context.Response.ContentLength64 = bytes.Length;
                    await context.Response.OutputStream.WriteAsync(bytes);
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
