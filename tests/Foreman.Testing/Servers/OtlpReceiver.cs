using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Foreman.Testing;

/// <summary>An OTLP/HTTP collector that keeps what it is sent.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _requests = new();
    private readonly Task _serving;

    private OtlpReceiver(Uri url)
    {
        Url = url;
        _listener.Prefixes.Add(url.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Base URL, for <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public Uri Url { get; }

    /// <summary>Status of every answer.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Variables that make a program export here quickly.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url.ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
    };

    /// <summary>Starts one on a free port.</summary>
    public static OtlpReceiver Start() => new(new Uri($"http://127.0.0.1:{FreePort.Next()}/"));

    /// <summary>Whether a request to a path has held a text: names are plain UTF-8 in OTLP's protobuf.</summary>
    public bool HasReceived(string path, string text) => _requests.Any(r => r.Path == path && r.Body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    /// <summary>Paths of the requests so far, each once.</summary>
    public IReadOnlySet<string> Paths => _requests.Select(r => r.Path).ToHashSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _requests.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.StatusCode = Status;
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
