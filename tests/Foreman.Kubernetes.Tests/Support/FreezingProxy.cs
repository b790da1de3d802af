using System.Net;
using System.Net.Sockets;

namespace Foreman.Kubernetes.Tests;

/// <summary>Passes bytes between a client and a server until it is frozen; then both connections stay open and silent.</summary>
internal sealed class FreezingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly Uri _target;
    private volatile TaskCompletionSource _open = new();

    public FreezingProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _open.SetResult();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Freeze() => _open = new TaskCompletionSource();

    public void Dispose()
    {
        _closed.Cancel();
        _listener.Dispose();
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                var near = await _listener.AcceptTcpClientAsync(_closed.Token);
                var far = new TcpClient();
                await far.ConnectAsync(_target.Host, _target.Port, _closed.Token);
                _ = PassAsync(near.GetStream(), far.GetStream());
                _ = PassAsync(far.GetStream(), near.GetStream());
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        var token = _closed.Token;
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, token)) > 0)
            {
                await _open.Task.WaitAsync(token);
                await to.WriteAsync(buffer.AsMemory(0, read), token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One side has gone.
        }
        finally
        {
            await from.DisposeAsync();
            await to.DisposeAsync();
        }
    }
}
