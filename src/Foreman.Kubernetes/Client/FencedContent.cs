using System.Net;
using System.Net.Http.Headers;

namespace Foreman.Kubernetes;

/// <summary>
/// The body of a write that asks its fence when the connection is ready to take it: no queue, retry or wait lies behind
/// this point, and the server carries nothing out before it has the whole body.
/// </summary>
internal sealed class FencedContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly IWriteFence _fence;

    public FencedContent(ReadOnlyMemory<byte> body, string contentType, IWriteFence fence)
    {
        (_body, _fence) = (body, fence);
        Headers.ContentType = new MediaTypeHeaderValue(contentType);
    }

    /// <summary>True once bytes may have left.</summary>
    public bool HasLeft { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _fence.ThrowIfClosed();
        HasLeft = true;
        await stream.WriteAsync(_body, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
