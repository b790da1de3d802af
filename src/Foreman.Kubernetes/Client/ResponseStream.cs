namespace Foreman.Kubernetes;

/// <summary>
/// A response body as a stream: dispose ends the call, and network failures become <see
/// cref="KubernetesUnreachableException"/>.
/// </summary>
internal sealed class ResponseStream : Stream
{
    private readonly OpenCall _call;
    private readonly Stream _body;
    private readonly Uri _host;

    private ResponseStream(OpenCall call, Stream body, Uri host)
    {
        _call = call;
        _body = body;
        _host = host;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static async Task<ResponseStream> OpenAsync(Transport transport, ApiRequest request, CancellationToken cancellationToken)
    {
        var call = await transport.StreamAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            return new(call, await call.Response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), transport.Host);
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (TransportFailure.IsTransport(e))
        {
            throw TransportFailure.Explain(_host, e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Count(_body.Read(buffer, offset, count));
        }
        catch (Exception e) when (TransportFailure.IsTransport(e))
        {
            throw TransportFailure.Explain(_host, e);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body.Dispose();
            _call.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _call.Metrics.BytesReceived(read);
        return read;
    }
}
