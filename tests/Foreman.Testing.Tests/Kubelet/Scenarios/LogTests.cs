using System.Net;
using Foreman.Kubernetes;

namespace Foreman.Testing.Tests.Kubelet.Scenarios;

[Trait("Kind", "15")]
public sealed class LogTests
{
    [Fact]
    public async Task Parts_of_a_log_are_read_through_the_api_server()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("counts", PodScene.PodOf("{}", PodScene.Shell("main", "for i in 1 2 3 4 5; do echo line $i; done; printf 'no end'")));
        await scene.PodEndsAsync("counts", "Succeeded");

        Assert.Equal("line 1\nline 2\nline 3\nline 4\nline 5\nno end", await scene.LogAsync("counts"));
        Assert.Equal("line 5\nno end", await scene.LogAsync("counts", new() { TailLines = 2 }));
        Assert.Equal("line 1\nli", await scene.LogAsync("counts", new() { LimitBytes = 9 }));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z line 5\n", await scene.LogAsync("counts", new() { TailLines = 2, Timestamps = true }));
        Assert.Equal("", await scene.LogAsync("counts", new() { SinceTime = DateTimeOffset.UtcNow.AddHours(1) }));
    }

    [Fact]
    public async Task Both_streams_stand_in_the_log()
    {
        var scene = await PodScene.NewAsync();

        await scene.RunAsync("both", PodScene.PodOf("{}", PodScene.Shell("main", "echo out; echo err >&2")));
        await scene.PodEndsAsync("both", "Succeeded");

        Assert.Equal(["err", "out"], (await scene.LogAsync("both")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task A_followed_log_gives_each_line_when_it_is_written_and_ends_with_the_container()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("live", PodScene.PodOf("{}", PodScene.Shell("main", "echo one; until [ -e /tmp/go ]; do sleep 0.05; done; echo two")));
        await scene.PodRunsAsync("live");
        var process = scene.Cluster.Kubelet.ProcessId(scene.Space, "live", "main");
        using var deadline = TestDeadline.Start(TimeSpan.FromMinutes(1));
        await using var lines = scene.Client.PodLogLinesAsync("live", scene.Space, new() { Follow = true }, deadline.Token).GetAsyncEnumerator();

        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("one", lines.Current);
        await File.WriteAllTextAsync(Path.Combine("/proc", $"{process}", "root", "tmp", "go"), "", deadline.Token);

        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("two", lines.Current);
        Assert.False(await lines.MoveNextAsync());
    }

    [Fact]
    public async Task The_log_of_a_container_that_has_not_started_is_refused_with_the_reason()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("waits", PodScene.PodOf("{}", PodScene.Shell("main", "true", """{"image":"not-here:1"}""")));
        await scene.PodAsync("waits", p => p.Status?.ContainerStatuses is [{ State.Waiting.Reason: "ImagePullBackOff" }], "to back off");

        var refused = await Assert.ThrowsAsync<KubernetesException>(() => scene.LogAsync("waits"));
        var before = await Assert.ThrowsAsync<KubernetesException>(() => scene.LogAsync("waits", new() { Previous = true }));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("is waiting to start", refused.Message, StringComparison.Ordinal);
        Assert.Contains("previous terminated container \"main\" in pod \"waits\" not found", before.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_reads_logs_too()
    {
        var scene = await PodScene.NewAsync();
        await scene.RunAsync("read", PodScene.PodOf("{}", PodScene.Shell("main", "echo hello")));
        await scene.PodEndsAsync("read", "Succeeded");

        Assert.Equal("hello\n", await scene.Cluster.Server.Kubectl.RunAsync("logs", "read", "-n", scene.Space));
    }

    [Fact]
    public async Task Nobody_but_the_api_server_is_served()
    {
        var scene = await PodScene.NewAsync();
        var node = await scene.Client.Dynamic.GetAsync($"/api/v1/nodes/{scene.Cluster.Kubelet.NodeName}");
        var port = (int)node["status"]!["daemonEndpoints"]!["kubeletEndpoint"]!["Port"]!;
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler);

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"https://127.0.0.1:{port}/containerLogs/{scene.Space}/pod/main")));
    }
}
