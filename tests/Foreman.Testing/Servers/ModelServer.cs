namespace Foreman.Testing;

/// <summary>A real model server as a process of its own; holding it holds every run that waits for its answer.</summary>
public abstract class ModelServer : IAsyncDisposable
{
    /// <summary>The server listens on this port of loopback.</summary>
    public abstract int Port { get; }

    /// <summary>Base URL without a path.</summary>
    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>The name under which the server offers the tiny model.</summary>
    public abstract string ModelName { get; }

    /// <summary>The process, for its output and further signals.</summary>
    public abstract RealProcess Process { get; }

    /// <summary>Kills it with all that it started, and starts it again on its port; returns when it is being started.</summary>
    public abstract Task KillAndRestartAsync();

    /// <summary>SIGSTOP: takes connections, answers nothing.</summary>
    public void Hold() => Process.Send(Signal.Stop);

    /// <summary>SIGCONT: goes on where it was held.</summary>
    public void Release() => Process.Send(Signal.Continue);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a server on free ports until one is ready; three ports that are taken are a failure.</summary>
    private protected static async Task<(int Port, RealProcess Process)> StartOnFreePortAsync(string healthPath, Func<int, ProcessRequest> request)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Next();
            var process = RealProcess.Start(request(port));
            try
            {
                if (await HttpReadiness.WaitAsync(process, new Uri($"http://127.0.0.1:{port}{healthPath}"), $"{request(port)} to be ready"))
                {
                    return (port, process);
                }
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }

            var output = process.Output;
            await process.DisposeAsync();
            if (attempt == 3)
            {
                throw new InvalidOperationException($"{request(port)} ended while starting:\n{output}");
            }
        }
    }
}
