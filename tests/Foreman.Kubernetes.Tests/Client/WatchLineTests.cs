using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Foreman.Kubernetes.Tests;

public sealed class WatchLineTests
{
    [Theory]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":"a"}}}""", WatchEventType.Added)]
    [InlineData("""{"object":{"metadata":{"name":"a"}},"type":"MODIFIED"}""", WatchEventType.Modified)]
    [InlineData("""{"later":[1,{"type":"x"}],"type":"DELETED","object":{"metadata":{"name":"a"}}}""", WatchEventType.Deleted)]
    [InlineData("""{"type":"BOOKMARK","object":{"kind":"Widget","metadata":{"name":"a","resourceVersion":"9"}}}""", WatchEventType.Bookmark)]
    public void An_event_is_read_in_any_order_of_its_keys(string line, WatchEventType type)
    {
        foreach (var cut in Enumerable.Range(1, line.Length - 1))
        {
            var parsed = WatchLine.Parse(InTwoParts(line, cut), Widget.TypeInfo);
            Assert.Equal((type, "a"), (parsed!.Value.Type, parsed.Value.Object.Name()));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \r")]
    [InlineData("""{"type":"SOMETHING_NEW","object":{}}""")]
    public void Blank_lines_and_types_of_newer_servers_are_passed_over(string line) => Assert.Null(WatchLine.Parse(Whole(line), Widget.TypeInfo));

    [Fact]
    public void An_error_event_is_thrown_as_the_servers_status()
    {
        var line = """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version: 1 (5)"}}""";

        var error = Assert.Throws<KubernetesException>(() => WatchLine.Parse(Whole(line), Widget.TypeInfo));

        Assert.True(error.IsGone);
        Assert.Contains("too old resource version", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("""{"type":"ADDED","object":null}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":7}}""")]
    public void What_is_no_event_is_an_error(string line) => Assert.ThrowsAny<JsonException>(() => WatchLine.Parse(Whole(line), Widget.TypeInfo));

    private static ReadOnlySequence<byte> Whole(string text) => new(Encoding.UTF8.GetBytes(text));

    private static ReadOnlySequence<byte> InTwoParts(string text, int cut)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var first = new Part(bytes.AsMemory(0, cut), 0);
        var second = first.Append(bytes.AsMemory(cut));
        return new(first, 0, second, second.Memory.Length);
    }

    private sealed class Part : ReadOnlySequenceSegment<byte>
    {
        public Part(ReadOnlyMemory<byte> memory, long start)
        {
            Memory = memory;
            RunningIndex = start;
        }

        public Part Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Part(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
