using System.Buffers;
using System.Net;

namespace Foreman.Kubernetes.Tests;

[Trait("Kind", "15")]
public sealed class ResponseBodyTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(MiB - 1)]
    [InlineData(MiB)]
    [InlineData(MiB + 1)]
    [InlineData((3 * MiB) + 7)]
    public async Task A_body_of_any_length_is_read_whole(int length)
    {
        foreach (var announced in new[] { false, true })
        {
            using var call = Call(length, announced);
            using var body = await ResponseBody.ReadAsync(call, int.MaxValue, TestContext.Current.CancellationToken);
            Assert.Equal(length, body.Content.Length);
            Assert.True(Pattern(length).AsSpan().SequenceEqual(body.Content.ToArray()));
            Assert.True(Pattern(length).AsSpan().SequenceEqual(body.Bytes));
        }
    }

    [Fact]
    public async Task Reading_stops_at_the_limit()
    {
        using var call = Call(3 * MiB, announced: false);
        using var body = await ResponseBody.ReadAsync(call, (2 * MiB) + 5, TestContext.Current.CancellationToken);
        Assert.Equal((2 * MiB) + 5, body.Content.Length);
    }

    /// <summary>A buffer that doubles would have taken 2 + 4 + 8 + 16 + 32 + 64 MiB.</summary>
    [Fact]
    public async Task A_list_of_48_MiB_takes_no_more_than_its_length()
    {
        const int Length = 48 * MiB;
        using var call = Call(Length, announced: false);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var body = await ResponseBody.ReadAsync(call, int.MaxValue, TestContext.Current.CancellationToken);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Length, body.Content.Length);
        Assert.InRange(taken, 0, Length + (3 * MiB));
    }

    [Fact]
    public async Task A_list_in_several_pieces_is_decoded_as_one()
    {
        var maps = Enumerable.Range(0, 5_000).Select(i => $$$"""{"metadata":{"name":"map-{{{i}}}","creationTimestamp":"2026-01-02T03:04:05Z","labels":{"é":"\u00e9\ud83d\ude00"}},"data":{"text":"{{{new string('x', 500)}}}"}}""");
        using var server = new ScriptedServer(_ => new(200, $$"""{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":[{{string.Join(',', maps)}}]}"""));
        using var client = server.Client();
        var list = await client.ListAsync<V1ConfigMap>(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(("5", 5_000, "map-4999"), (list.Metadata.ResourceVersion, list.Items.Count, list.Items[^1].Name()));
        Assert.All(list.Items, map => Assert.Equal((2026, "é😀"), (map.Metadata.CreationTimestamp!.Value.Year, map.Metadata.Labels!["é"])));
        var observed = await client.ListAsync<Observed<V1ConfigMap>>(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(5_000, observed.Items.Count(item => item.Problem is null));
    }

    [Fact]
    public async Task What_follows_a_long_answer_is_an_error()
    {
        using var server = new ScriptedServer(_ => new(200, $$$"""{"metadata":{"name":"a"},"data":{"text":"{{{new string('x', 2 * MiB)}}}"}} x"""));
        using var client = server.Client();
        await Assert.ThrowsAsync<KubernetesUnreachableException>(() => client.ReadAsync<V1ConfigMap>("a", "default", TestContext.Current.CancellationToken));
    }

    private static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i % 251);
        }

        return bytes;
    }

    private static OpenCall Call(int length, bool announced)
    {
        var stream = new MemoryStream(Pattern(length));
        HttpContent content = announced ? new StreamContent(stream) : new UnannouncedContent(stream);
        var request = new ApiRequest(HttpMethod.Get, "/api/v1/configmaps");
        return new(new HttpResponseMessage(HttpStatusCode.OK) { Content = content }, CallMetrics.Begin(request, new Uri("http://127.0.0.1"), TimeProvider.System));
    }

    /// <summary>A body whose length nobody knows before its end, as of an answer in chunks.</summary>
    private sealed class UnannouncedContent(Stream stream) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(stream);

        protected override Task SerializeToStreamAsync(Stream target, TransportContext? context) => stream.CopyToAsync(target);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
