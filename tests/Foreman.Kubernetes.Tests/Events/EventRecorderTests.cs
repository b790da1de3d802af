using System.Text;

namespace Foreman.Kubernetes.Tests;

public sealed class EventRecorderTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_event_is_stored_with_what_it_is_about(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var widget = await client.CreateAsync(Widget.Named("a", ns));

        await new EventRecorder(client, new() { Component = "tester" }).WarningAsync(widget, "TooSmall", "it is too small");

        var stored = Assert.Single((await client.ListAsync<CoreV1Event>(ns)).Items);
        Assert.Equal(("Warning", "TooSmall", "it is too small", 1), (stored.EventType, stored.Reason, stored.Message, stored.Count));
        Assert.Equal((widget.Uid(), "Widget", "a", ns), (stored.InvolvedObject!.Uid, stored.InvolvedObject.Kind, stored.InvolvedObject.Name, stored.InvolvedObject.NamespaceProperty));
        Assert.Equal("tester", stored.Source!.Component);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Equal_events_share_a_count_and_others_are_separate(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var widget = await client.CreateAsync(Widget.Named("a", ns));
        var recorder = new EventRecorder(client);

        await recorder.NormalAsync(widget, "Waiting", "no node");
        await recorder.NormalAsync(widget, "Waiting", "no node");
        await recorder.NormalAsync(widget, "Waiting", "no node");
        await recorder.NormalAsync(widget, "Waiting", "no slot");

        var events = (await client.ListAsync<CoreV1Event>(ns)).Items;
        Assert.Equal([("no node", 3), ("no slot", 1)], events.Select(e => (e.Message!, e.Count!.Value)).Order());
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_expired_event_is_created_again(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var widget = await client.CreateAsync(Widget.Named("a", ns));
        var recorder = new EventRecorder(client);
        await recorder.NormalAsync(widget, "Waiting", "no node");
        await client.DeleteAsync<CoreV1Event>(Assert.Single((await client.ListAsync<CoreV1Event>(ns)).Items).Name(), ns);

        await recorder.NormalAsync(widget, "Waiting", "no node");
        await recorder.NormalAsync(widget, "Waiting", "no node");

        Assert.Equal(2, Assert.Single((await client.ListAsync<CoreV1Event>(ns)).Items).Count);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Similar_events_are_aggregated_and_excess_events_dropped(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var widget = await client.CreateAsync(Widget.Named("a", ns));
        var component = $"tester-{Guid.NewGuid():n}";
        using var readings = new MeterReadings("Foreman.Kubernetes", "component", component);
        var recorder = new EventRecorder(client, new() { Component = component });

        for (var i = 1; i <= 30; i++)
        {
            await recorder.NormalAsync(widget, "Placing", $"tried node {i}");
        }

        var events = (await client.ListAsync<CoreV1Event>(ns)).Items;
        var folded = Assert.Single(events, e => e.Message!.StartsWith("(combined from similar events): ", StringComparison.Ordinal));
        Assert.Equal(10, events.Count);
        Assert.Equal(("(combined from similar events): tried node 25", 16), (folded.Message, folded.Count));
        Assert.Equal(5, readings["controller.events.dropped"]);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Concurrent_equal_events_are_one_event(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        var widget = await client.CreateAsync(Widget.Named("a", ns));
        var recorder = new EventRecorder(client);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => recorder.NormalAsync(widget, "Waiting", "no node")));

        Assert.Equal(8, Assert.Single((await client.ListAsync<CoreV1Event>(ns)).Items).Count);
    }

    [Fact]
    public async Task An_event_that_cannot_be_stored_does_not_throw()
    {
        using var server = new ScriptedServer(_ => new(403, """{"kind":"Status","reason":"Forbidden","code":403}"""));
        using var client = server.Client();

        await new EventRecorder(client).NormalAsync(Widget.Named("a", "ns"), "Waiting", "no node");

        Assert.Single(server.Authorizations);
    }

    [Fact]
    public async Task An_event_that_the_server_has_no_time_for_is_given_back_and_counts_once()
    {
        List<string> bodies = [];
        using var server = new ScriptedServer(request =>
        {
            bodies.Add(new StreamReader(request.InputStream).ReadToEnd());
            return bodies.Count < 3
                ? new(429, """{"kind":"Status","reason":"TooManyRequests","code":429}""") { Headers = new Dictionary<string, string> { ["Retry-After"] = "3" } }
                : new(201, bodies[^1]);
        });
        using var client = server.Client();
        var recorder = new EventRecorder(client);

        var left = await recorder.TryRecordAsync(Widget.Named("a", "ns"), isWarning: true, "Waiting", "no node");
        Assert.Equal(TimeSpan.FromSeconds(3), left?.RetryAfter);
        left = await recorder.TryAgainAsync(left!);
        Assert.NotNull(left);
        Assert.Null(await recorder.TryAgainAsync(left));

        Assert.Equal(3, bodies.Count);
        Assert.Contains("\"count\":1", bodies[^1], StringComparison.Ordinal);
        Assert.Contains("\"type\":\"Warning\"", bodies[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, false)]
    public async Task A_limit_of_events_need_not_say_how_long_to_wait(int code, bool isKept)
    {
        using var server = new ScriptedServer(_ => new(code, """{"kind":"Status","message":"limit reached"}"""));
        using var client = server.Client();

        var left = await new EventRecorder(client).TryRecordAsync(Widget.Named("a", "ns"), isWarning: false, "Waiting", "no node");

        Assert.Equal(isKept, left is not null);
        Assert.Equal(TimeSpan.Zero, left?.RetryAfter ?? TimeSpan.Zero);
        Assert.Single(server.Authorizations);
    }

    [Theory]
    [InlineData("short", 1024, "short")]
    [InlineData("aaaaaaaaaa", 8, "aaaaa…")]
    [InlineData("ääääää", 8, "ää…")]
    [InlineData("😀😀😀", 8, "😀…")]
    public void A_message_is_truncated_between_characters(string text, int bytes, string expected)
    {
        var cut = EventRecorder.Cut(text, bytes);

        Assert.Equal(expected, cut);
        Assert.True(Encoding.UTF8.GetByteCount(cut) <= bytes);
    }
}
