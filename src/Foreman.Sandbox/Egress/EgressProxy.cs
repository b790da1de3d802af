using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Foreman.Primitives;

namespace Foreman.Sandbox.Egress;

/// <summary>
/// A local HTTP proxy on a Unix socket: commands without a network of their own reach the hosts that are listed for them through it.
/// It resolves names itself, and checks the very address that it connects to.
/// </summary>
public sealed class EgressProxy : IAsyncDisposable
{
    private readonly EgressRules _rules;
    private readonly EgressLimits _limits;
    private readonly EgressSurroundings _surroundings;
    private readonly Action<EgressRefusal>? _refused;
    private readonly Socket _listener;
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private long _bytesLeft;

    private EgressProxy(Socket listener, EgressRules rules, EgressLimits limits, EgressSurroundings surroundings, Action<EgressRefusal>? refused)
    {
        (_listener, _rules, _limits, _surroundings, _refused) = (listener, rules, limits, surroundings, refused);
        (_room, _bytesLeft) = (new SemaphoreSlim(limits.MaxConnections), limits.MaxBytes);
        _accepting = AcceptAsync();
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="socketPath">Where the Unix socket is made; at most 100 bytes, in a folder that nobody else may enter.</param>
    /// <param name="rules">Who may be reached.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="refused">Told of each refusal; null for nobody.</param>
    /// <exception cref="SocketException">The socket can't be made.</exception>
    public static EgressProxy Start(string socketPath, EgressRules rules, EgressLimits limits, Action<EgressRefusal>? refused = null) =>
        Start(socketPath, rules, limits, new EgressSurroundings(), refused);

    internal static EgressProxy Start(
        string socketPath, EgressRules rules, EgressLimits limits, EgressSurroundings surroundings, Action<EgressRefusal>? refused = null)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        listener.Listen(limits.MaxConnections);
        return new EgressProxy(listener, rules, limits, surroundings, refused);
    }

    /// <summary>Ends all connections and removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        for (var i = 0; i < _limits.MaxConnections; i++)
        {
            await _room.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _room.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // Who comes when all places are taken waits in the queue of the kernel.
                await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                var client = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(client), CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                _room.Release();
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var over = new CancellationTokenSource(_limits.MaxTime, _surroundings.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _stop.Token);
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            await ServeAsync(stream, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The client is gone, or its time is over.
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task ServeAsync(NetworkStream client, CancellationToken stop)
    {
        var (request, rest, fault) = await ReadHeadAsync(client, stop).ConfigureAwait(false);
        if (request is null)
        {
            await RefuseAsync(client, new EgressRefusal("", 0, fault!), 400, stop).ConfigureAwait(false);
            return;
        }

        var (server, refusal) = await ConnectAsync(request, stop).ConfigureAwait(false);
        if (server is null)
        {
            await RefuseAsync(client, new EgressRefusal(request.Host, request.Port, refusal!.Value.Reason), refusal.Value.Status, stop).ConfigureAwait(false);
            return;
        }

        await using var stream = new NetworkStream(server, ownsSocket: true);
        if (request.Forward is { } forward)
        {
            await stream.WriteAsync(forward, stop).ConfigureAwait(false);
        }
        else
        {
            await client.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), stop).ConfigureAwait(false);
        }

        await stream.WriteAsync(rest, stop).ConfigureAwait(false);
        await CopyBothAsync(client, stream, stop).ConfigureAwait(false);
    }

    private async Task<(EgressRequest? Request, ReadOnlyMemory<byte> Body, string? Fault)> ReadHeadAsync(NetworkStream client, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(_limits.ConnectTimeout, _surroundings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        var buffer = new byte[_limits.MaxHeadBytes];
        var read = 0;
        while (read < buffer.Length)
        {
            var count = await client.ReadAsync(buffer.AsMemory(read), either.Token).ConfigureAwait(false);
            if (count == 0)
            {
                return (null, default, "the request ended within its head");
            }

            read += count;
            if (buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8) is var end and >= 0)
            {
                var request = EgressRequest.Parse(Encoding.Latin1.GetString(buffer, 0, end + 4), out var fault);
                return (request, buffer.AsMemory((end + 4)..read), fault);
            }
        }

        return (null, default, string.Create(CultureInfo.InvariantCulture, $"the head of the request is longer than {_limits.MaxHeadBytes} bytes"));
    }

    private async Task<(Socket? Server, (int Status, string Reason)? Refusal)> ConnectAsync(EgressRequest request, CancellationToken stop)
    {
        if (request.IsAddress)
        {
            return (null, (403, "addresses can't be reached, only names that are listed"));
        }

        if (_rules.Refusal(request.Host, request.Port) is { } reason)
        {
            return (null, (403, reason));
        }

        using var late = new CancellationTokenSource(_limits.ConnectTimeout, _surroundings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        IPAddress[] addresses;
        try
        {
            addresses = await _surroundings.Resolve(request.Host, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return (null, (502, "its name can't be resolved"));
        }

        var allowed = addresses.Where(_surroundings.IsAllowed).ToArray();
        return allowed.Length == 0
            ? (null, (403, "its name stands for no public address"))
            : (await ConnectAsync(allowed, request.Port, either.Token).ConfigureAwait(false), (502, "it does not answer"));
    }

    // The address that was checked is the one that is connected to: the name is not resolved again.
    private static async Task<Socket?> ConnectAsync(IPAddress[] addresses, int port, CancellationToken stop)
    {
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), stop).ConfigureAwait(false);
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }
        }

        return null;
    }

    private async Task RefuseAsync(NetworkStream client, EgressRefusal refusal, int status, CancellationToken stop)
    {
        _refused?.Invoke(refusal);
        var what = refusal.Port == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Printable.Line(refusal.Host, 80)}:{refusal.Port}: ");
        var text = $"foreman: {what}{refusal.Reason}\n";
        var words = status switch { 400 => "Bad Request", 403 => "Forbidden", _ => "Bad Gateway" };
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {words}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\nConnection: close\r\n\r\n");
        await client.WriteAsync(Encoding.UTF8.GetBytes(head + text), stop).ConfigureAwait(false);

        // A socket that is closed with unread bytes takes what was written with it.
        client.Socket.Shutdown(SocketShutdown.Send);
        using var late = new CancellationTokenSource(_limits.ConnectTimeout, _surroundings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        var rest = new byte[_limits.MaxHeadBytes];
        for (var i = 0; i < 8 && await client.ReadAsync(rest, either.Token).ConfigureAwait(false) > 0; i++)
        {
        }
    }

    private async Task CopyBothAsync(NetworkStream client, NetworkStream server, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var idle = _surroundings.Time.CreateTimer(_ => over.Cancel(), null, _limits.IdleTimeout, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(CopyAsync(client, server, idle, over), CopyAsync(server, client, idle, over)).ConfigureAwait(false);
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, ITimer idle, CancellationTokenSource over)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (await from.ReadAsync(buffer, over.Token).ConfigureAwait(false) is > 0 and var count)
            {
                _ = idle.Change(_limits.IdleTimeout, Timeout.InfiniteTimeSpan);
                if (Interlocked.Add(ref _bytesLeft, -count) < 0)
                {
                    await over.CancelAsync().ConfigureAwait(false);
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, count), over.Token).ConfigureAwait(false);
            }

            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception)
        {
            // One direction that breaks ends the other.
            await over.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
