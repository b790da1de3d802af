using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Foreman.Testing;

/// <summary>
/// Free TCP ports on loopback, for programs that can't be told "port 0". Between the choice and the use another process may
/// take the port, so whoever starts a server with one must be ready to try again.
/// </summary>
public static class FreePort
{
    // Below the ports that systems give to outgoing connections, which could take one between its choice and its use.
    private const int First = 20_000;
    private const int Count = 9_973;
    private static int _taken = Environment.ProcessId * 131 % Count;

    // Never listened on and kept bound while the process lives, so no other server can come to answer there.
    private static readonly ConcurrentBag<Socket> Closed = [];

    /// <summary>A port that refuses every connection until this process ends.</summary>
    public static int NextClosed()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Closed.Add(socket);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>One free port.</summary>
    public static int Next() => Next(1)[0];

    /// <summary>Some free ports, all different.</summary>
    public static IReadOnlyList<int> Next(int count) => [.. Enumerable.Range(0, count).Select(_ => NextFree())];

    private static int NextFree()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _taken) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Somebody listens there.
            }
        }

        throw new InvalidOperationException("no port is free on this machine");
    }
}
