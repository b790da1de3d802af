using System.Collections.Concurrent;
using System.Text;

namespace Foreman.Kubernetes.Tests;

/// <summary>One object that can't be read never keeps the others of its kind from being followed.</summary>
[Trait("Kind", "2")]
public sealed class PoisonedObjectTests
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("""{"a":""", 5_000)) + "1" + new string('}', 5_000);

    private static string Object(string name, int version, string more = "") =>
        $$"""{"kind":"Widget","metadata":{"name":"{{name}}","namespace":"x","uid":"u-{{name}}","resourceVersion":"{{version}}"}{{more}}}""";

    public static TheoryData<string> Poisons =>
    [
        """,   "status":{"phase":"\ud83d"}""",
        """,   "status":{"phase":"ÿþ"}""",
        """,   "spec":{"size":"\udc00"}""",
        """,   "spec":{"size":99999999999999999999}""",
        """,   "spec":{"size":1e400}""",
        """,   "status":[]""",
        """,   "\ud83d":{"\udc00":1},"status":{"phase":5}""",
        """,   "status":{"phase":DEEP}""",
    ];

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task A_poisoned_object_in_a_list_and_in_a_watch_leaves_the_others_followed(string poison)
    {
        poison = poison.Replace("DEEP", Deep, StringComparison.Ordinal);
        var watches = 0;
        using var server = new ScriptedServer(request => request.QueryString["watch"] is null
            ? Torn($$"""{"kind":"WidgetList","metadata":{"resourceVersion":"5"},"items":[{{Object("a", 1)}},{{Object("bad", 2, poison)}},{{Object("c", 3)}}]}""")
            : Torn(Interlocked.Increment(ref watches) == 1
                ? $$"""
                    {"type":"MODIFIED","object":{{Object("bad", 6, poison)}}}
                    {"type":"ADDED","object":{{Object("d", 7)}}}
                    {"type":"DELETED","object":{{Object("bad", 8, poison)}}}
                    {"type":"ADDED","object":{{Object("e", 9)}}}

                    """
                : ""));
        using var client = server.Client();
        var reflector = new Reflector<Widget>(client, new() { Namespaces = ["x"], StreamingLists = false });
        await using var run = Running.Start(reflector.RunAsync);
        using var deadline = TestDeadline.Start();
        await reflector.Ready.WaitAsync(deadline.Token);

        await Eventually.TrueAsync(
            () => reflector.Store.Snapshot().Values.Select(w => w.Name()).Order(StringComparer.Ordinal).SequenceEqual(["a", "c", "d", "e"]),
            "the other objects to be in the store");
    }

    /// <summary>Frames that are torn themselves end the watch as that server's error; the reflector lists again.</summary>
    [Theory]
    [InlineData("""{"type":"\ud83d","object":{}}""")]
    [InlineData("""{"\ud83d":"ADDED"}""")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"ADDED","object":""")]
    [InlineData("""[[[[""")]
    [InlineData("ÿþ")]
    public async Task A_torn_frame_ends_its_watch_only(string frame)
    {
        var errors = new ConcurrentQueue<string>();
        using var server = new ScriptedServer(_ => Torn(frame + "\n"));
        using var client = server.Client();
        using var deadline = TestDeadline.Start();
        try
        {
            await foreach (var change in client.WatchAsync<Observed<Widget>>("x", new(), deadline.Token))
            {
                errors.Enqueue(change.Type.ToString());
            }
        }
        catch (KubernetesUnreachableException e)
        {
            errors.Enqueue(e.Reason.ToString());
        }

        Assert.DoesNotContain("Added", errors);
    }

    [Theory]
    [InlineData("""{"kind":"Status","code":409,"reason":"Conflict","message":"\ud83d"}""", 409)]
    [InlineData("""{"kind":"Status","code":422,"reason":"Invalid","message":"ÿ","details":{"causes":[{"field":"\udc00"}]}}""", 422)]
    [InlineData("""{"kind":"Status","details":{"retryAfterSeconds":1e400}}""", 500)]
    [InlineData("ÿþý", 404)]
    public async Task A_torn_status_is_still_the_servers_refusal(string status, int code)
    {
        using var server = new ScriptedServer(_ => Torn(status) with { Code = code });
        using var client = server.Client();
        var refusal = await Assert.ThrowsAsync<KubernetesException>(() => client.ReadAsync<V1Lease>("a", "x", TestContext.Current.CancellationToken));
        Assert.Equal(code, (int)refusal.StatusCode);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"a"},"spec":{"holderIdentity":"\ud83d"}}""")]
    [InlineData("""{"metadata":{"name":"a"},"spec":{"holderIdentity":"ÿ"}}""")]
    [InlineData("""{"metadata":{"name":"\ud83d"},"spec":{"renewTime":"yesterday"}}""")]
    [InlineData("""{"metadata":{"name":"a"},"spec":{"leaseDurationSeconds":1e400}}""")]
    [InlineData("ÿ")]
    public async Task A_torn_object_fails_as_the_servers_error(string lease)
    {
        using var server = new ScriptedServer(_ => Torn(lease));
        using var client = server.Client();
        var failure = await Record.ExceptionAsync(() => client.ReadAsync<V1Lease>("a", "x", TestContext.Current.CancellationToken));
        Assert.True(failure is null or KubernetesUnreachableException, failure?.ToString());
    }

    /// <summary>The answer with each character above ASCII as one byte, which makes no UTF-8.</summary>
    private static ScriptedServer.Answer Torn(string text) => new(200, "") { Bytes = Encoding.Latin1.GetBytes(text) };
}
