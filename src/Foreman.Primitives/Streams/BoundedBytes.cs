namespace Foreman.Primitives;

/// <summary>Reads bytes from outside up to a bound.</summary>
public static class BoundedBytes
{
    /// <summary>Reads a stream until it ends or there is more than the bound, and no further.</summary>
    /// <param name="stream">The source.</param>
    /// <param name="maxBytes">The most bytes that are kept, from 1.</param>
    /// <param name="received">Called each time that bytes have come; null for nobody.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What was read, and whether there was more.</returns>
    public static async Task<(byte[] Bytes, bool IsCut)> ReadAsync(Stream stream, int maxBytes, Action? received, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            received?.Invoke();
            var room = maxBytes - (int)kept.Length;
            await kept.WriteAsync(buffer.AsMemory(0, Math.Min(count, room)), cancellationToken).ConfigureAwait(false);
            if (count > room)
            {
                return (kept.ToArray(), true);
            }
        }

        return (kept.ToArray(), false);
    }
}
