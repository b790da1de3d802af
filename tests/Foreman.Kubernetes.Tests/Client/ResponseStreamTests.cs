namespace Foreman.Kubernetes.Tests;

public sealed class ResponseStreamTests
{
    [Fact]
    public async Task A_log_is_streamed_as_it_was_written()
    {
        string? asked = null;
        using var server = new ScriptedServer(request =>
        {
            asked = request.RawUrl;
            return new(200, "first\nsecond\n", "text/plain");
        });
        using var client = server.Client();

        var lines = new List<string>();
        await foreach (var line in client.PodLogLinesAsync("p", "n", new() { Container = "c", TailLines = 2 }))
        {
            lines.Add(line);
        }

        Assert.Equal(["first", "second"], lines);
        Assert.Equal("/api/v1/namespaces/n/pods/p/log?container=c&tailLines=2", asked);
    }

    [Fact]
    public async Task A_refused_log_has_the_servers_message()
    {
        using var server = new ScriptedServer(_ => new(400, """{"kind":"Status","reason":"BadRequest","message":"previous terminated container \"c\" not found","code":400}"""));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.OpenPodLogAsync("p", "n", new() { Previous = true }));

        Assert.Contains("previous terminated container", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_inside_a_log_is_explained()
    {
        using var server = new CutServer("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nonly this much");
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = server.Url });
        await using var log = await client.OpenPodLogAsync("p", "n");

        var error = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => new StreamReader(log).ReadToEndAsync());

        Assert.Equal(UnreachableReason.ConnectionLost, error.Reason);
    }
}
