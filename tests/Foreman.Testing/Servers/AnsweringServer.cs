using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Foreman.Testing;

/// <summary>An HTTP server, or a proxy that answers itself, with bodies that a test writes; it keeps what it was asked for.</summary>
public sealed class AnsweringServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentQueue<string> _targets = [];
    private readonly Func<string, string?> _bodyOf;

    /// <summary>Starts it.</summary>
    /// <param name="bodyOf">JSON for the path, or to a proxy the URL, that is asked for; null for 404.</param>
    /// <param name="port">Where it listens; 0 for a free port.</param>
    /// <param name="address">Null for 127.0.0.1.</param>
    public AnsweringServer(Func<string, string?> bodyOf, int port = 0, IPAddress? address = null)
    {
        _bodyOf = bodyOf;
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _listener.Start();
        var endpoint = (IPEndPoint)_listener.LocalEndpoint;
        (Port, Url) = (endpoint.Port, $"http://{endpoint}");
        _ = AcceptAsync();
    }

    /// <summary>Its own URL.</summary>
    public string Url { get; }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The paths or URLs that were asked for, in order.</summary>
    public IReadOnlyCollection<string> Targets => _targets;

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was disposed of.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                var target = (await reader.ReadLineAsync())?.Split(' ') is [_, var url, ..] ? url : "";
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                _targets.Enqueue(target);
                var body = _bodyOf(target);
                var answer = $"HTTP/1.1 {(body is null ? "404 Not Found" : "200 OK")}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body ?? "")}\r\nConnection: close\r\n\r\n{body}";
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // The client went away.
            }
        }
    }
}
