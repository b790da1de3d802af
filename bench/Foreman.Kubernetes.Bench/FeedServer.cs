using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Foreman.Kubernetes.Bench;

/// <summary>
/// A server that holds so many tasks and then tells of changes, over HTTP/1.1 without TLS, so that what is measured is the
/// library and neither encryption nor a server that shares the cores.
/// </summary>
internal sealed class FeedServer : IDisposable
{
    private const int Page = 500;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource<NetworkStream> _watched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _tasks;

    public FeedServer(int tasks)
    {
        _tasks = tasks;
        _listener.Start();
        _ = AcceptAsync();
    }

    public KubernetesClientConfiguration Configuration => new() { Host = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}") };

    /// <summary>Done when somebody watches, with what the events are written to.</summary>
    public Task<NetworkStream> Watched => _watched.Task;

    /// <summary>One event as a chunk of the answer.</summary>
    public static byte[] Event(string type, string obj)
    {
        var line = $$"""{"type":"{{type}}","object":{{obj}}}""" + "\n";
        return Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetByteCount(line).ToString("x", CultureInfo.InvariantCulture)}\r\n{line}\r\n");
    }

    public void Dispose()
    {
        _closed.Cancel();
        _listener.Dispose();
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptTcpClientAsync(_closed.Token);
                connection.NoDelay = true;
                _ = ServeAsync(connection);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using var owned = connection;
        var stream = connection.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        try
        {
            while (await reader.ReadLineAsync(_closed.Token) is { } request)
            {
                while (await reader.ReadLineAsync(_closed.Token) is { Length: > 0 })
                {
                    // Headers don't matter here.
                }

                if (request.Contains("sendInitialEvents=true", StringComparison.Ordinal))
                {
                    // Paged lists are what is measured: every server has them.
                    await WriteAsync(stream, "422 Unprocessable Entity", Encoding.UTF8.GetBytes("""{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422,"message":"sendInitialEvents is not served here"}"""));
                }
                else if (request.Contains("watch=1", StringComparison.Ordinal) || request.Contains("watch=true", StringComparison.Ordinal))
                {
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), _closed.Token);
                    _watched.TrySetResult(stream);
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _closed.Token);
                }
                else
                {
                    await WriteAsync(stream, "200 OK", PageOf(request));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One side has gone.
        }
    }

    private byte[] PageOf(string request)
    {
        const string Key = "continue=";
        var at = request.IndexOf(Key, StringComparison.Ordinal);
        var from = at < 0 ? 0 : int.Parse(request.AsSpan(at + Key.Length).ToString().Split('&', ' ')[0], CultureInfo.InvariantCulture);
        var count = Math.Min(Page, _tasks - from);
        return TaskText.List(from, count, from + count < _tasks ? (from + count).ToString(CultureInfo.InvariantCulture) : null);
    }

    private async Task WriteAsync(NetworkStream stream, string status, byte[] body)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _closed.Token);
        await stream.WriteAsync(body, _closed.Token);
    }
}
