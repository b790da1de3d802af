namespace Foreman.Kubernetes.Tests;

public sealed class ReflectorSetTests
{
    private const string Nothing = """{"metadata":{"resourceVersion":"9"},"items":[]}""";

    [Fact]
    public void Everybody_who_asks_for_the_same_gets_the_same_reflector()
    {
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = new("http://127.0.0.1:9") });
        var set = new ReflectorSet(client);

        Assert.Same(set.For<Widget>(), set.For<Widget>());
        Assert.Same(set.For<Widget>(new() { Namespaces = ["a", "b"] }), set.For<Widget>(new() { Namespaces = ["b", "a"] }));
        Assert.NotSame(set.For<Widget>(), set.For<Widget>(new() { LabelSelector = "a=b" }));
        Assert.NotSame((object)set.For<Widget>(), set.For<V1ConfigMap>());
    }

    [Fact]
    public async Task A_set_runs_those_asked_for_before_and_after_its_start_and_ends_them_all()
    {
        using var server = new ScriptedServer(request => new(200, request.QueryString["watch"] is null ? Nothing : ""));
        using var client = server.Client();
        var set = new ReflectorSet(client, new() { StreamingLists = false });
        var early = set.For<Widget>();
        Reflector<V1ConfigMap> late;
        using var deadline = TestDeadline.Start();
        await using (Running.Start(set.RunAsync))
        {
            await set.WaitForSyncAsync(deadline.Token);
            late = set.For<V1ConfigMap>();
            await set.WaitForSyncAsync(deadline.Token);
            Assert.True(early.Ready.IsCompletedSuccessfully && late.Ready.IsCompletedSuccessfully);
            await Assert.ThrowsAsync<InvalidOperationException>(() => set.RunAsync(deadline.Token));
        }
    }
}
