using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Kubernetes;

/// <summary>Reads the lines of a watch as they arrive.</summary>
internal static class WatchStream
{
    /// <summary>Most bytes of one event: objects are at most some MiB, so a longer line is not from an API server.</summary>
    private const int MaxLine = 64 * 1024 * 1024;

    private static readonly StreamPipeReaderOptions Buffers = new(bufferSize: 16 * 1024, minimumReadSize: 4 * 1024);

    public static async IAsyncEnumerable<WatchEvent<T>> ReadAsync<T>(
        Transport transport, ApiRequest request, JsonTypeInfo<T> typeInfo, Action? onOpened, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var body = await ResponseStream.OpenAsync(transport, request, cancellationToken).ConfigureAwait(false);
        await using var closing = body.ConfigureAwait(false);
        onOpened?.Invoke();
        var lines = PipeReader.Create(body, Buffers);
        try
        {
            while (true)
            {
                var read = await lines.ReadAsync(cancellationToken).ConfigureAwait(false);
                var rest = read.Buffer;
                while (TryReadLine(ref rest, out var line))
                {
                    if (ParseLine(line, typeInfo, request, transport.Host) is { } watchEvent)
                    {
                        yield return watchEvent;
                    }
                }

                if (rest.Length > MaxLine)
                {
                    throw TransportFailure.NotKubernetes(transport.Host, "a watch", "a line without an end");
                }

                lines.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await lines.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static WatchEvent<T>? ParseLine<T>(ReadOnlySequence<byte> line, JsonTypeInfo<T> typeInfo, ApiRequest request, Uri host)
        where T : class
    {
        try
        {
            return WatchLine.Parse(line, typeInfo);
        }
        catch (JsonException e)
        {
            throw DecodingFailure.ExplainEvent(host, request, line, e);
        }
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            line = default;
            return false;
        }

        line = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }
}
