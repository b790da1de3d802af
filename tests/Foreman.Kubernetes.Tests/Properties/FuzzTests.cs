using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes.Tests;

/// <summary>Whatever an API server, or what stands in its place, answers: it fails as that server's error, or not at all.</summary>
[Trait("Kind", "2")]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const string Object = """{"kind":"Widget","apiVersion":"testing.foreman.dev/v1","metadata":{"name":"a","namespace":"x","uid":"u","resourceVersion":"7","generation":2,"creationTimestamp":"2026-01-02T03:04:05Z","labels":{"k":"v"},"annotations":{"k8s.io/initial-events-end":"true"},"ownerReferences":[{"apiVersion":"v1","kind":"K","name":"n","uid":"u","controller":true}],"finalizers":["f"],"managedFields":[{"manager":"m"}]},"spec":{"size":3},"status":{"phase":"\u00e9","attempt":1}}""";

    private void Holds(Action<byte[]> read, params string[] corpus)
    {
        var target = new FuzzTarget(TestContext.Current.TestMethod?.MethodName ?? "", [.. corpus.Select(Encoding.UTF8.GetBytes)], read) { Allowed = [typeof(JsonException), typeof(KubernetesException)] };
        output.WriteLine(Fuzzer.Run(target).ToString());
    }

    private static void Read<T>(byte[] text, JsonTypeInfo<T> info) => JsonSerializer.Deserialize(text, info);

    [Fact]
    public void Watch_frames() => Holds(
        text => WatchLine.Parse(new ReadOnlySequence<byte>(text), Observed<Widget>.TypeInfo),
        $$"""{"type":"ADDED","object":{{Object}}}""",
        """{"object":{"metadata":{"resourceVersion":"9"}},"type":"BOOKMARK"}""",
        """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}""");

    [Fact]
    public void Lists_of_objects_that_need_not_be_readable() => Holds(
        text => Read(text, Observed<Widget>.ListTypeInfo),
        $$"""{"kind":"WidgetList","metadata":{"resourceVersion":"9","continue":"t"},"items":[{{Object}},{"metadata":{"name":"b"},"spec":1}]}""");

    [Fact]
    public void Status_bodies() => Holds(
        text => Assert.NotNull(ErrorResponse.ToException(HttpStatusCode.UnprocessableEntity, text, null, "GET /").Message),
        """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"m","reason":"Invalid","details":{"name":"n","group":"g","kind":"k","retryAfterSeconds":1,"causes":[{"reason":"r","message":"m","field":"f"}]},"code":422}""",
        "<html>no</html>");

    [Fact]
    public void Leases_and_events()
    {
        Holds(
            text =>
            {
                Read(text, V1Lease.TypeInfo);
                Read(text, CoreV1Event.TypeInfo);
                Read(text, V1SelfSubjectAccessReview.TypeInfo);
            },
            """{"metadata":{"name":"a"},"spec":{"holderIdentity":"h","leaseDurationSeconds":40,"renewTime":"2026-01-02T03:04:05.123456Z","leaseTransitions":1}}""",
            """{"metadata":{"name":"a"},"involvedObject":{"kind":"K"},"reason":"r","message":"m","count":1,"firstTimestamp":"2026-01-02T03:04:05Z","source":{"component":"c"}}""");
    }

    [Fact]
    public void Explanations_of_what_can_not_be_read() => Holds(
        text =>
        {
            var request = new ApiRequest(HttpMethod.Get, "/x");
            var error = new JsonException("m", "$.items[0].spec", 0, 0);
            Assert.NotNull(DecodingFailure.Explain(new Uri("http://h"), request, text, MediaTypes.Json, error).Message);
            Assert.NotNull(DecodingFailure.ExplainEvent(new Uri("http://h"), request, new ReadOnlySequence<byte>(text), error).Message);
        },
        $$"""{"items":[{{Object}}]}""",
        $$"""{"type":"ADDED","object":{{Object}}}""");
}
