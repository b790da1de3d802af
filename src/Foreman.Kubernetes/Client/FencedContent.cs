using System.Net;
using System.Net.Http.Headers;

namespace Foreman.Kubernetes;

/// <summary>
/// The body of a write that checks its fence when the connection is ready to take it: no queue, retry or wait comes after
/// this point, and the server acts only once it has the whole body.
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

    /// <summary>True once bytes may have been sent.</summary>
    public bool MayHaveBeenSent { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _fence.ThrowIfClosed();
        MayHaveBeenSent = true;
        await stream.WriteAsync(_body, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
