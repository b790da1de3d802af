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

    private static Observed<Widget> Read(string json) => JsonSerializer.Deserialize(json, Observed<Widget>.TypeInfo) ?? new(new V1ObjectMeta(), "null");
}
