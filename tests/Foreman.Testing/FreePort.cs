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
    public static IReadOnlyList<int> Next(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(l => l.Start());
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Dispose());
        }
    }
}
