using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Foreman.AgentLoop;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A model server whose answers a test sends piece by piece; it lists no models, so that every name is served.</summary>
internal sealed class ScriptedModel : IAsyncDisposable
{
    private const string NoModels = """{"object":"list","data":[]}""";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<ModelExchange> _asked = Channel.CreateUnbounded<ModelExchange>();
    private readonly Task _accepting;

    public ScriptedModel()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public ModelEndpoint Endpoint => new(new Uri($"http://{_listener.LocalEndpoint}"), "tiny");

    /// <summary>The next request for an answer.</summary>
    public async Task<ModelExchange> AskedAsync() => await _asked.Reader.ReadAsync().AsTask().WaitAsync(TestDeadline.Default);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        while (_asked.Reader.TryRead(out var left))
        {
            left.Dispose();
        }

        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await ServeAsync(new ModelExchange(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(ModelExchange exchange)
    {
        try
        {
            using var reader = new StreamReader(exchange.Stream, Encoding.Latin1, leaveOpen: true);
            var request = await reader.ReadLineAsync(_stop.Token) ?? "";
            var length = 0;
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
            {
                length = header.Split(':') is [var name, var value] && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                    ? int.Parse(value, CultureInfo.InvariantCulture)
                    : length;
            }

            if (length > 0)
            {
                // To read nothing would wait for more.
                await reader.ReadBlockAsync(new char[length], _stop.Token);
            }

            if (request.StartsWith("POST", StringComparison.Ordinal))
            {
                _asked.Writer.TryWrite(exchange);
                return;
            }

            await exchange.EndAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {NoModels.Length}\r\nConnection: close\r\n\r\n{NoModels}");
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            exchange.Dispose();
        }
    }
}

/// <summary>One request, which the test answers.</summary>
internal sealed class ModelExchange(TcpClient client) : IDisposable
{
    public const string Word = """{"choices":[{"index":0,"delta":{"reasoning_content":"hm "}}]}""";

    public NetworkStream Stream { get; } = client.GetStream();

    public Task BeginStreamAsync() => SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");

    public Task SendEventAsync(string data) => SendAsync($"data: {data}\n\n");

    /// <summary>Ends the answer with a call of a tool.</summary>
    /// <param name="tool">Its name.</param>
    /// <param name="arguments">JSON without escapes.</param>
    public Task EndWithCallAsync(string tool, string arguments)
    {
        var escaped = arguments.Replace("\"", "\\\"", StringComparison.Ordinal);
        var call = $$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"{{{tool}}}","arguments":"{{{escaped}}}"}}]}}]}""";
        return EndAsync($"data: {call}\n\ndata: [DONE]\n\n");
    }

    public Task SubmitAsync() => EndWithCallAsync("submit_result", """{"verdict":"GO","summary":"done","commit_message":"Add it"}""");

    /// <summary>Sends the last of it and closes the connection.</summary>
    public async Task EndAsync(string text)
    {
        using (this)
        {
            await SendAsync(text);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task SendAsync(string text) => await Stream.WriteAsync(Encoding.UTF8.GetBytes(text));
}
