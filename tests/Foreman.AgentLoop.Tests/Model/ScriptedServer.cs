using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Foreman.AgentLoop.Tests.Model;

/// <summary>
/// A model server that misbehaves on demand, for what no real one can be made to do. Each POST gets the next answer of
/// the script, the last one again and again; <c>/v1/models</c> lists nothing unless told otherwise.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Exchange, Task>[] _script;
    private readonly Task _accepting;
    private int _posts;

    internal ScriptedServer(params Func<Exchange, Task>[] script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    internal ModelEndpoint Endpoint => new(new Uri(Url), "tiny");

    internal string Models { get; init; } = """{"object":"list","data":[]}""";

    /// <summary>Answers of GETs by their path, before <see cref="Models"/>.</summary>
    internal Dictionary<string, string> Gets { get; } = [];

    /// <summary>Waited for before each answer to a POST.</summary>
    internal Func<Task>? Before { get; set; }

    /// <summary>The bodies of all POSTs so far.</summary>
    internal List<string> Bodies { get; } = [];

    internal List<string> Heads { get; } = [];

    /// <summary>Bytes that the scripts could send.</summary>
    internal long Sent { get; private set; }

    internal static Func<Exchange, Task> Status(int status, string body, string type = "application/json", string header = "") => async e =>
    {
        var length = Encoding.UTF8.GetByteCount(body);
        await e.SendAsync($"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n{header}Connection: close\r\n\r\n{body}");
    };

    /// <summary>A stream of events, then the end of the connection.</summary>
    internal static Func<Exchange, Task> Events(params string[] data) => async e =>
    {
        await e.BeginStreamAsync();
        foreach (var item in data)
        {
            await e.SendAsync($"data: {item}\n\n");
        }
    };

    /// <summary>A whole, well-behaved answer that calls one tool.</summary>
    internal static Func<Exchange, Task> Call(string tool, string arguments, int promptTokens = 100) => Events(
        """{"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}""",
        CallDelta(tool, arguments),
        """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
        $$$"""{"choices":[],"usage":{"prompt_tokens":{{{promptTokens}}},"completion_tokens":10}}""",
        "[DONE]");

    internal static Func<Exchange, Task> Submit(string verdict = "GO") =>
        Call("submit_result", $$"""{"verdict":"{{verdict}}","summary":"done","commit_message":"Add it"}""");

    internal static Func<Exchange, Task> Text(string content, string field = "content", string finish = "stop") => Events(
        $$$"""{"choices":[{"index":0,"delta":{"{{{field}}}":"{{{content}}}"}}]}""",
        $$$"""{"choices":[{"index":0,"delta":{},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":100,"completion_tokens":10}}""",
        "[DONE]");

    internal static string CallDelta(string tool, string arguments, int index = 0) =>
        $$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":{{{index}}},"id":"x{{{index}}}","type":"function","function":{"name":"{{{tool}}}","arguments":"{{{arguments.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}}}"}}]}}]}""";

    public async ValueTask DisposeAsync()
    {
        // The listener stops only when nobody accepts any more: to accept on one that was stopped is an error of its own.
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var (head, body) = await ReadAsync(stream);
                var exchange = new Exchange(stream, n => Sent += n, _stop.Token);
                if (head.StartsWith("GET", StringComparison.Ordinal))
                {
                    await Status(200, Gets.GetValueOrDefault(head.Split(' ')[1], Models))(exchange);
                    return;
                }

                Func<Exchange, Task> answer;
                lock (Bodies)
                {
                    Heads.Add(head);
                    Bodies.Add(body);
                    answer = _script[Math.Min(_posts++, _script.Length - 1)];
                }

                await (Before?.Invoke() ?? Task.CompletedTask).WaitAsync(_stop.Token);
                await answer(exchange);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task<(string Head, string Body)> ReadAsync(NetworkStream stream)
    {
        var text = new MemoryStream();
        var buffer = new byte[16384];
        while (true)
        {
            var all = Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
            var end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var head = all[..end];
                var line = head.Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                var length = line is null ? 0 : int.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
                if (text.Length - Encoding.UTF8.GetByteCount(head) - 4 >= length)
                {
                    return (head, all[(end + 4)..]);
                }
            }

            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
            {
                throw new IOException("the client closed the connection");
            }

            text.Write(buffer, 0, read);
        }
    }

    /// <summary>One request that is being answered.</summary>
    internal sealed class Exchange(NetworkStream stream, Action<int> sent, CancellationToken stop)
    {
        /// <summary>Cancelled when the test ends: an answer that waits for the virtual clock would wait for ever then.</summary>
        internal CancellationToken Stopped => stop;

        internal Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

        internal async Task SendAsync(byte[] bytes)
        {
            await stream.WriteAsync(bytes, stop);
            sent(bytes.Length);
        }

        internal Task BeginStreamAsync() => SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");

        /// <summary>Holds the connection without a word until the test ends or the client goes.</summary>
        internal async Task HangAsync()
        {
            var buffer = new byte[1];
            while (await stream.ReadAsync(buffer, stop) > 0)
            {
            }
        }
    }
}
