using System.Net;
using System.Net.Sockets;
using Foreman.Kubernetes;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A loopback line to the API server that can be cut, and that can lose answers after the request went through.</summary>
internal sealed class FaultyLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private readonly KubernetesClientConfiguration _configuration;
    private readonly Task _accepting;
    private bool _cut;
    private volatile int _answersToLose;
    private volatile int _refused;

    public FaultyLine(KubernetesClientConfiguration configuration)
    {
        _configuration = configuration;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The API server through this line.</summary>
    public KubernetesClientConfiguration Configuration => _configuration with
    {
        Host = new UriBuilder(_configuration.Host) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri,
    };

    /// <summary>Connections that found the line cut.</summary>
    public int Refused => _refused;

    /// <summary>Ends every connection and lets no new one through.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _cut = true;
            CloseAll();
        }
    }

    public void Mend()
    {
        lock (_gate)
        {
            _cut = false;
        }
    }

    /// <summary>The next answer on an open connection is swallowed and its connection ended; the server has done what was asked.</summary>
    public void LoseNextAnswer() => _answersToLose = 1;

    public async ValueTask DisposeAsync()
    {
        // The listener stops only when nobody accepts any more: to accept on one that was stopped is an error of its own.
        await _end.CancelAsync();
        Cut();
        await _accepting;
        _listener.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_end.IsCancellationRequested)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                lock (_gate)
                {
                    if (_cut)
                    {
                        _refused++;
                        client.Dispose();
                        continue;
                    }

                    _open.Add(client);
                }

                _ = CarryAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _configuration.Host.Port);
            var near = client.GetStream();
            var far = server.GetStream();
            await Task.WhenAny(near.CopyToAsync(far, _end.Token), AnswerAsync(far, near));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task AnswerAsync(NetworkStream far, NetworkStream near)
    {
        var buffer = new byte[64 * 1024];
        for (var first = true; ; first = false)
        {
            var read = await far.ReadAsync(buffer, _end.Token);
            if (read == 0)
            {
                return;
            }

            // The first bytes of a connection are its TLS handshake, not an answer.
            if (!first && Interlocked.Exchange(ref _answersToLose, 0) == 1)
            {
                return;
            }

            await near.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }

    private void CloseAll()
    {
        foreach (var client in _open)
        {
            client.Dispose();
        }

        _open.Clear();
    }
}
