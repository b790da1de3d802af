using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Foreman.Kubernetes.Tests;

/// <summary>Answers the first bytes of each connection with a text, and hangs up.</summary>
internal sealed class CutServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;

    public CutServer(string answer)
    {
        _answer = Encoding.UTF8.GetBytes(answer);
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var connection = await _listener.AcceptTcpClientAsync();
                await using var stream = connection.GetStream();
                await ReadHeadAsync(stream);
                await stream.WriteAsync(_answer);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>A connection closed over bytes that were not read would be reset, and the answer lost.</summary>
    private static async Task ReadHeadAsync(NetworkStream stream)
    {
        var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
            // Headers do not matter here.
        }
    }
}
