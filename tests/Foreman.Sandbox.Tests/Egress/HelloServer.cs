using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Foreman.Sandbox.Tests.Egress;

/// <summary>A web server on loopback that greets with the path that it was asked for.</summary>
internal sealed class HelloServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _more;

    internal HelloServer(string more = "")
    {
        _more = more;
        _listener.Start();
        _ = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal List<string> Requests { get; } = [];

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var (buffer, read) = (new byte[64 << 10], 0);
            while (buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8) < 0 && await client.GetStream().ReadAsync(buffer.AsMemory(read)) is > 0 and var count)
            {
                read += count;
            }

            var request = Encoding.ASCII.GetString(buffer, 0, read);
            lock (Requests)
            {
                Requests.Add(request);
            }

            var text = $"hello {request.Split(' ')[1]}{_more}";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"));
        }
    }
}
