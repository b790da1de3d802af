namespace Foreman.Sandbox;

/// <summary>Keeps the beginning and the end of a stream in constant memory.</summary>
/// <param name="keptBytes">Bytes of each, from 1.</param>
/// <param name="copy">Takes the whole stream once it is longer than both; null for nobody.</param>
internal sealed class OutputWindow(int keptBytes, IOutputCopy? copy = null)
{
    private readonly byte[] _head = new byte[keptBytes];
    private readonly byte[] _tail = new byte[keptBytes];
    private readonly Lock _lock = new();
    private long _total;
    private bool _isCopied;

    /// <summary>Reads a stream to its end, or until it is cancelled.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[32 << 10];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                Add(buffer.AsSpan(0, read));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // What has come so far is the output.
        }
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            Copy(bytes);
            var toHead = (int)Math.Min(bytes.Length, Math.Max(0, keptBytes - _total));
            bytes[..toHead].CopyTo(_head.AsSpan((int)Math.Min(_total, keptBytes)));
            var rest = bytes[toHead..];
            _total += bytes.Length;
            var last = rest[Math.Max(0, rest.Length - keptBytes)..];
            var at = (int)((_total - keptBytes - last.Length) % keptBytes);
            for (var i = 0; i < last.Length; i++)
            {
                _tail[(at + i) % keptBytes] = last[i];
            }
        }
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        if (copy is null || _total + bytes.Length <= 2L * keptBytes)
        {
            return;
        }

        if (!_isCopied)
        {
            // Until now nothing was left out, so the end has not begun to run over.
            _isCopied = true;
            copy.Write(_head.AsSpan(0, (int)Math.Min(_total, keptBytes)));
            copy.Write(_tail.AsSpan(0, (int)Math.Max(0, _total - keptBytes)));
        }

        copy.Write(bytes);
    }

    /// <summary>What is kept.</summary>
    public OutputText Result()
    {
        lock (_lock)
        {
            var head = _head.AsSpan(0, (int)Math.Min(_total, keptBytes)).ToArray();
            var beyond = Math.Max(0, _total - keptBytes);
            var kept = (int)Math.Min(beyond, keptBytes);
            var tail = new byte[kept];
            for (var i = 0; i < kept; i++)
            {
                tail[i] = _tail[(int)((beyond - kept + i) % keptBytes)];
            }

            return beyond <= keptBytes ? new OutputText(head.Concat(tail).ToArray(), default, 0) : new OutputText(head, tail, beyond - kept);
        }
    }
}
