using System.Net;
using System.Net.Sockets;

namespace Foreman.Git.Tests.Forges;

/// <summary>Takes a connection and a request, and never answers.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TcpClient? _client;

    internal SilentServer()
    {
        _listener.Start();
        Url = $"http://{_listener.LocalEndpoint}";
        _ = AcceptAsync();
    }

    internal string Url { get; }

    /// <summary>Done when a request has begun to come.</summary>
    internal Task Asked => _asked.Task;

    public void Dispose()
    {
        _listener.Dispose();
        _client?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            _client = await _listener.AcceptTcpClientAsync();
            _ = await _client.GetStream().ReadAsync(new byte[1]);
            _asked.SetResult();
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // It was disposed of.
        }
    }
}
