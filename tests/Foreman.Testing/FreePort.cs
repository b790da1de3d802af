using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Foreman.Testing;

/// <summary>
/// Free TCP ports on loopback, for programs that can't be told "port 0". A process takes them from blocks that no other process
/// of tests takes any from while it lives; what is not a test may still take one between its choice and its use.
/// </summary>
public static class FreePort
{
    // Below the ports that systems give to outgoing connections, which could take one between its choice and its use.
    private const int First = 20_000;
    private const int BlockSize = 64;
    private const int Blocks = 155;

    private static readonly Lock Gate = new();
    private static readonly List<(int First, FileStream Claim)> Own = [];
    private static int _next;

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
        for (var tries = 0; tries < BlockSize * Blocks; tries++)
        {
            var port = NextOwn();
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

    // A block more before a port is given twice, as long as there is one.
    private static int NextOwn()
    {
        lock (Gate)
        {
            if (_next == Own.Count * BlockSize && !TryClaim())
            {
                _next = Own.Count > 0 ? 0 : throw new InvalidOperationException("all blocks of ports are taken by other processes of tests");
            }

            var port = Own[_next / BlockSize].First + (_next % BlockSize);
            _next++;
            return port;
        }
    }

    private static bool TryClaim()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "foreman-test-ports")).FullName;
        for (var i = 0; i < Blocks; i++)
        {
            // Not all begin at the same block: ports that were just left take a while until they are free again.
            var block = (int)(((uint)Environment.ProcessId + (uint)i) % Blocks);
            if (Own.Exists(o => o.First == First + (block * BlockSize)))
            {
                continue;
            }

            try
            {
                var claim = new FileStream(Path.Combine(folder, block.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                Own.Add((First + (block * BlockSize), claim));
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process has it.
            }
        }

        return false;
    }
}
