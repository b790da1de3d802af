using System.Net.Sockets;

namespace Foreman.Testing.Faults;

/// <summary>One client's connection through a <see cref="TcpRelay"/>.</summary>
internal sealed class RelayedConnection(Socket near, Socket far, Func<Flow> all)
{
    private readonly TaskCompletionSource _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Flow _own = Flow.Running();

    /// <summary>Both sides get a RST at once; what is under way is lost.</summary>
    public void Reset()
    {
        _reset.TrySetResult();
        Reset(near);
        Reset(far);
    }

    /// <summary>Silence in both directions, for ever.</summary>
    public void Freeze() => _own = Flow.Stopped();

    public async Task RunAsync()
    {
        await Task.WhenAll(PassAsync(near, far), PassAsync(far, near));
        near.Dispose();
        far.Dispose();
    }

    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone already.
        }

        socket.Dispose();
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer);
                await PassesAsync();
                if (read == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The one side's end is the other's, in the same way: a reset stays a reset.
            Reset();
        }
    }

    private async Task PassesAsync()
    {
        await Task.WhenAny(_own.Passes, _reset.Task);
        await Task.WhenAny(all().Passes, _reset.Task);
    }
}
