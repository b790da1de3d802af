using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Foreman.Testing.Faults;

/// <summary>
/// Passes bytes between clients and a port of loopback. It can reset connections, or make them fall silent and stay open;
/// what the other side's kernel would answer (keep-alive probes of TCP) it answers still.
/// </summary>
internal sealed class TcpRelay : IDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<int, RelayedConnection> _open = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Journal _journal;
    private volatile Flow _flow = Flow.Running();
    private volatile bool _down;

    public TcpRelay(Journal journal)
    {
        _journal = journal;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Start(int targetPort) => _ = AcceptAsync(targetPort);

    /// <summary>The connection whose far end has this port; null when it has gone.</summary>
    public RelayedConnection? Find(int farPort) => _open.GetValueOrDefault(farPort);

    /// <summary>Resets all connections, and every new one until <see cref="BringUp"/>.</summary>
    public void TakeDown()
    {
        _down = true;
        ResetAll();
    }

    public void BringUp() => _down = false;

    public void ResetAll()
    {
        foreach (var connection in _open.Values)
        {
            connection.Reset();
        }
    }

    /// <summary>Silences all connections, new ones too.</summary>
    public void Freeze() => _flow = Flow.Stopped();

    public void Thaw()
    {
        var stopped = _flow;
        _flow = Flow.Running();
        stopped.Resume();
    }

    /// <summary>Silences the connections that there are; new ones pass.</summary>
    public void FreezeOpen()
    {
        foreach (var connection in _open.Values)
        {
            connection.Freeze();
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _listener.Dispose();
        ResetAll();
        _closed.Dispose();
    }

    private async Task AcceptAsync(int targetPort)
    {
        var token = _closed.Token;
        while (!token.IsCancellationRequested)
        {
            Socket near;
            try
            {
                near = await _listener.AcceptAsync(token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            _journal.Connected();
            if (_down)
            {
                RelayedConnection.Reset(near);
                continue;
            }

            _ = RelayAsync(near, targetPort, token);
        }
    }

    private async Task RelayAsync(Socket near, int targetPort, CancellationToken token)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, targetPort, token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            far.Dispose();
            RelayedConnection.Reset(near);
            return;
        }

        var connection = new RelayedConnection(near, far, () => _flow);
        var port = ((IPEndPoint)far.LocalEndPoint!).Port;
        _open[port] = connection;
        if (_down || token.IsCancellationRequested)
        {
            connection.Reset();
        }

        await connection.RunAsync();
        _open.TryRemove(port, out _);
    }
}

/// <summary>Whether bytes pass; one that was stopped can be resumed once.</summary>
internal sealed class Flow
{
    private readonly TaskCompletionSource _passes = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Passes => _passes.Task;

    public static Flow Running()
    {
        var flow = new Flow();
        flow._passes.SetResult();
        return flow;
    }

    public static Flow Stopped() => new();

    public void Resume() => _passes.TrySetResult();
}
