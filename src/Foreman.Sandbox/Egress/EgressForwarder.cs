using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Foreman.Sandbox.Egress;

/// <summary>Inside a cage with a network of its own: passes connections to a port of its loopback on to the proxy's Unix socket.</summary>
internal sealed class EgressForwarder : IAsyncDisposable
{
    private const int MaxConnections = 64;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SemaphoreSlim _room = new(MaxConnections);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _socketPath;
    private readonly Task _accepting;

    private EgressForwarder(string socketPath, int port)
    {
        _socketPath = socketPath;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(MaxConnections);
        _accepting = AcceptAsync();
    }

    /// <summary>The URL of the proxy as programs inside are told.</summary>
    internal string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    /// <summary>Begins to listen.</summary>
    /// <param name="socketPath">The proxy's socket.</param>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <exception cref="CageException">The port is taken, or there is no network.</exception>
    internal static EgressForwarder Start(string socketPath, int port)
    {
        try
        {
            return new EgressForwarder(socketPath, port);
        }
        catch (SocketException e)
        {
            throw new CageException($"no port can be opened for the egress proxy: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
        _room.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
                var client = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = Task.Run(() => PassAsync(client), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private async Task PassAsync(Socket client)
    {
        try
        {
            await using var inside = new NetworkStream(client, ownsSocket: true);
            var proxy = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await using var outside = await ConnectAsync(proxy).ConfigureAwait(false);
            await Task.WhenAll(CopyAsync(inside, outside), CopyAsync(outside, inside)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Either end is gone.
        }
        finally
        {
            try
            {
                _room.Release();
            }
            catch (ObjectDisposedException)
            {
                // It was stopped.
            }
        }
    }

    private async Task<NetworkStream> ConnectAsync(Socket proxy)
    {
        try
        {
            await proxy.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), _stop.Token).ConfigureAwait(false);
            return new NetworkStream(proxy, ownsSocket: true);
        }
        catch (Exception)
        {
            proxy.Dispose();
            throw;
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            await from.CopyToAsync(to, _stop.Token).ConfigureAwait(false);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception)
        {
            await from.DisposeAsync().ConfigureAwait(false);
            await to.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
