using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Tests;

public sealed class ReflectorTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_store_follows_what_the_server_holds(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("old", ns));
        var reflector = new Reflector<Widget>(client, new() { Namespaces = [ns], PageSize = 2 });
        await using var run = Running.Start(reflector.RunAsync);
        using var deadline = TestDeadline.Start();
        await reflector.Ready.WaitAsync(deadline.Token);
        Assert.NotNull(reflector.Store.Get("old", ns));

        await client.CreateAsync(Widget.Named("a", ns));
        await client.CreateAsync(Widget.Named("b", ns));
        await client.PatchAsync<Widget>(V1Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["size"] = 5 } }), "a", ns);
        await client.DeleteAsync<Widget>("old", ns);

        await Eventually.TrueAsync(
            () => reflector.Store.Snapshot().Values.Select(w => (w.Name(), w.Spec!.Size)).Order().SequenceEqual([("a", 5), ("b", 1)]),
            "the store to be what the server holds");
        Assert.Null(reflector.LastError);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Events_come_in_order_and_begin_with_what_is_there(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns));
        var reflector = new Reflector<Widget>(client, new() { Namespaces = [ns] });
        await using var run = Running.Start(reflector.RunAsync);
        using var deadline = TestDeadline.Start();
        await reflector.Ready.WaitAsync(deadline.Token);

        var seen = new List<string>();
        await foreach (var change in reflector.EventsAsync(deadline.Token))
        {
            seen.Add($"{change.Type} {change.Object.Spec!.Size}");
            if (seen.Count == 1)
            {
                await client.PatchAsync<Widget>(V1Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["size"] = 2 } }), "a", ns);
                await client.DeleteAsync<Widget>("a", ns);
                await client.CreateAsync(Widget.Named("a", ns, size: 9));
            }

            if (seen.Count == 4)
            {
                break;
            }
        }

        Assert.Equal(["Added 1", "Modified 2", "Deleted 2", "Added 9"], seen);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Several_namespaces_share_one_store(IClusterUnderTest cluster)
    {
        var (client, first) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var second = await cluster.NewNamespaceAsync();
        var third = await cluster.NewNamespaceAsync();
        foreach (var ns in new[] { first, second, third })
        {
            await client.CreateAsync(Widget.Named("a", ns));
        }

        var reflector = new Reflector<Widget>(client, new() { Namespaces = [first, second] });
        await using var run = Running.Start(reflector.RunAsync);
        using var deadline = TestDeadline.Start();
        await reflector.Ready.WaitAsync(deadline.Token);

        Assert.Equal(new[] { first, second }.Order(), reflector.Store.Snapshot().Keys.Select(k => k.Namespace!).Order());
    }

    [Fact]
    public async Task While_the_server_refuses_the_store_is_not_ready_and_says_why()
    {
        using var server = new ScriptedServer(_ => new(403, """{"kind":"Status","reason":"Forbidden","code":403,"message":"widgets is forbidden"}"""));
        using var client = server.Client();
        var reflector = new Reflector<Widget>(client);
        await using (Running.Start(reflector.RunAsync))
        {
            await Eventually.TrueAsync(() => reflector.LastError is not null, "the refusal to be told");
            Assert.True(Assert.IsType<KubernetesException>(reflector.LastError).IsForbidden);
            Assert.False(reflector.Ready.IsCompleted);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reflector.Ready);
    }

    [Fact]
    public async Task An_object_that_cant_be_read_is_named_and_holds_up_no_other()
    {
        using var server = new ScriptedServer(request => request.QueryString["watch"] is null
            ? new(200, """{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"bad","namespace":"x","uid":"1","resourceVersion":"7"},"spec":{"size":"big"}},{"metadata":{"name":"good","namespace":"x","uid":"2","resourceVersion":"8"},"spec":{"size":3}}]}""")
            : request.QueryString["resourceVersion"] == "9"
            ? new(200, """
                {"type":"ADDED","object":{"metadata":{"name":"worse","namespace":"x","uid":"3","resourceVersion":"10"},"spec":[]}}
                {"type":"ADDED","object":{"metadata":{"name":"better","namespace":"x","uid":"4","resourceVersion":"11"}}}
                {"type":"DELETED","object":{"metadata":{"name":"bad","namespace":"x","uid":"1","resourceVersion":"12"},"spec":{"size":"big"}}}

                """)
            : new(200, ""));
        using var client = server.Client();
        var reflector = new Reflector<Widget>(client, new() { StreamingLists = false });
        await using var run = Running.Start(reflector.RunAsync);

        await Eventually.TrueAsync(
            () => reflector.LastError is UnreadableObjectException { Key.Name: "worse" } && reflector.Store.Get("better", "x") is not null,
            "the objects after the one that can't be read");

        Assert.Equal(["better", "good"], reflector.Store.Snapshot().Keys.Select(k => k.Name).Order());
        Assert.Contains("the Widget `x/worse` on the server can't be read", reflector.LastError!.Message);
        Assert.Contains("$.spec", reflector.LastError.Message);
    }

    [Fact]
    public async Task Where_the_server_refuses_a_stream_pages_are_taken()
    {
        var streams = 0;
        using var server = new ScriptedServer(request =>
        {
            if (request.QueryString["sendInitialEvents"] is not null)
            {
                streams++;
                return new(422, """{"kind":"Status","reason":"Invalid","code":422,"message":"sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"}""");
            }

            return request.QueryString["watch"] is null ? new(200, """{"metadata":{"resourceVersion":"9"},"items":[]}""") : new(200, "");
        });
        using var client = server.Client();
        var reflector = new Reflector<Widget>(client);
        await using var run = Running.Start(reflector.RunAsync);
        using var deadline = TestDeadline.Start();

        await reflector.Ready.WaitAsync(deadline.Token);

        Assert.Equal(1, streams);
        Assert.Null(reflector.LastError);
    }

    [Fact]
    public async Task A_page_token_that_expires_starts_the_list_over()
    {
        var time = new ManualTimeProvider();
        var lists = 0;
        using var server = new ScriptedServer(Script);
        using var client = server.Client();
        var reflector = new Reflector<Widget>(client, new() { Time = time });
        await using var run = Running.Start(reflector.RunAsync);

        await time.AdvanceUntilAsync(() => reflector.Ready.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "the second list");

        Assert.Equal(["fresh"], reflector.Store.Snapshot().Keys.Select(k => k.Name));

        ScriptedServer.Answer Script(System.Net.HttpListenerRequest request)
        {
            var query = request.QueryString;
            if (query["watch"] is not null)
            {
                return new(200, "");
            }

            if (query["continue"] is not null)
            {
                return new(410, """{"kind":"Status","reason":"Expired","code":410,"message":"the token is too old"}""");
            }

            return ++lists == 1
                ? new(200, """{"metadata":{"resourceVersion":"5","continue":"t"},"items":[{"metadata":{"name":"half","namespace":"x","uid":"1","resourceVersion":"1"}}]}""")
                : new(200, """{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"fresh","namespace":"x","uid":"2","resourceVersion":"8"}}]}""");
        }
    }
}
