using System.Text;
using System.Text.Json;

namespace Foreman.Kubernetes.Tests;

public sealed class ObservedConverterTests
{
    [Fact]
    public void An_object_is_read_as_its_kind_without_managed_fields()
    {
        var widget = Read("""{"kind":"Widget","metadata":{"name":"a","namespace":"x","uid":"1","managedFields":[{"manager":"m","fieldsV1":{"f:spec":{}}}],"labels":{"team":"platform"},"finalizers":["f"]},"spec":{"size":3},"more":[1]}""").Object!;

        Assert.Equal(("a", "x", 3), (widget.Name(), widget.Namespace(), widget.Spec!.Size));
        Assert.Equal("platform", widget.GetLabel("team"));
        Assert.Null(widget.GetLabel("other"));
        Assert.Equal(["f"], widget.Metadata.Finalizers);
        Assert.DoesNotContain("managedFields", JsonSerializer.Serialize(widget, Widget.TypeInfo), StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_share_their_texts_and_labels()
    {
        const string Json = """{"metadata":{"name":"a","namespace":"team-x","labels":{"team":"platform"}}}""";
        var (one, two) = (Read(Json).Object!, Read(Json).Object!);

        Assert.Same(one.Namespace(), two.Namespace());
        Assert.Same(one.Metadata.Labels, two.Metadata.Labels);
    }

    [Fact]
    public void A_malformed_object_is_reported_with_its_name_and_error()
    {
        var observed = Read("""{"metadata":{"name":"a","namespace":"x","uid":"1","resourceVersion":"7"},"spec":{"size":"big"}}""");

        Assert.Null(observed.Object);
        Assert.Equal(new ObjectKey("x", "a"), ObjectKey.Of(observed));
        Assert.Equal(("1", "7"), (observed.Uid(), observed.ResourceVersion()));
        Assert.Contains("$.spec.size", observed.Problem);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("null")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"metadata":{"name":5,"creationTimestamp":"yesterday"}}""")]
    public void What_is_no_object_at_all_is_unreadable_too(string json)
    {
        var observed = Read(json);

        Assert.Null(observed.Object);
        Assert.NotNull(observed.Problem);
        Assert.Equal("", observed.Name());
    }

    [Fact]
    public void What_is_not_json_is_an_error() => Assert.ThrowsAny<JsonException>(() => Read("""{"metadata":{"""));

    [Fact]
    public void A_bookmark_ends_a_stream_even_when_it_cannot_be_decoded()
    {
        var observed = Read("""{"metadata":{"resourceVersion":"7","annotations":{"k8s.io/initial-events-end":"true"}},"spec":7}""");

        Assert.True(new WatchEvent<Observed<Widget>>(WatchEventType.Bookmark, observed).IsInitialEventsEnd());
    }

    [Fact]
    public void Every_item_of_a_list_is_reported()
    {
        var list = JsonSerializer.Deserialize(
            """{"kind":"WidgetList","metadata":{"resourceVersion":"9","continue":"t"},"extra":{"a":[1]},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"},"spec":1},{"metadata":{"name":"c"}}]}""",
            Observed<Widget>.ListTypeInfo)!;

        Assert.Equal(("9", "t"), (list.Metadata.ResourceVersion, list.Metadata.ContinueProperty));
        Assert.Equal([("a", true), ("b", false), ("c", true)], list.Items.Select(i => (i.Name(), i.Object is not null)));
    }

    [Theory]
    [Trait("Kind", "2")]
    [InlineData("""{"metadata":{"name":"a\ud83d","namespace":"x","uid":"1","resourceVersion":"7"}}""", "a\\ud83d")]
    [InlineData("""{"metadata":{"name":"a","namespace":"x","uid":"1","resourceVersion":"7"},"status":{"phase":"\ud83d"}}""", "a")]
    [InlineData("""{"\ud83d":1,"metadata":{"\udc00":2,"name":"a","namespace":"x","uid":"1","resourceVersion":"7"},"status":{"phase":"\ud83d"}}""", "a")]
    public void Half_a_surrogate_is_a_fault_of_its_object_only(string json, string name)
    {
        var observed = Read(json);

        Assert.Null(observed.Object);
        Assert.NotNull(observed.Problem);
        Assert.Equal((new ObjectKey("x", name), "7"), (ObjectKey.Of(observed), observed.ResourceVersion()));
    }

    [Fact]
    [Trait("Kind", "2")]
    public void Bytes_that_are_no_utf8_are_replaced_in_labels_and_a_fault_of_their_object_elsewhere()
    {
        byte[] Torn(string json) => [.. Encoding.Latin1.GetBytes(json)];
        var named = JsonSerializer.Deserialize(Torn("{\"metadata\":{\"name\":\"a\",\"labels\":{\"k\":\"\u00fe\"}}}"), Observed<Widget>.TypeInfo)!;
        var state = JsonSerializer.Deserialize(Torn("{\"metadata\":{\"name\":\"a\u00ff\",\"uid\":\"\u00ff\"},\"kind\":5,\"status\":{\"phase\":\"\u00ff\"}}"), Observed<Widget>.TypeInfo)!;

        Assert.Equal("\uFFFD", named.Object!.GetLabel("k"));
        Assert.Equal((null, "a\uFFFD", "\uFFFD"), (state.Object, state.Name(), state.Uid()));
    }

    [Theory]
    [Trait("Kind", "2")]
    [InlineData(100)]
    [InlineData(9_000)]
    public void An_object_nested_as_deep_as_the_api_server_stores_does_not_break_its_list(int depth)
    {
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", depth)) + "1" + new string('}', depth);
        var list = JsonSerializer.Deserialize($$$"""{"items":[{"metadata":{"name":"a"},"more":{{{deep}}}},{"metadata":{"name":"b"},"spec":{{{deep}}}},{"metadata":{"name":"c"}}]}""", Observed<Widget>.ListTypeInfo)!;

        Assert.Equal([("a", true), ("b", true), ("c", true)], list.Items.Select(i => (i.Name(), i.Object is not null)));
    }

    private static Observed<Widget> Read(string json) => JsonSerializer.Deserialize(json, Observed<Widget>.TypeInfo) ?? new(new V1ObjectMeta(), "null");
}
