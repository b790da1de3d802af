using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Foreman.Testing;

/// <summary>Stands before a real model server, passes everything on as it comes, and holds questions to the model at will.</summary>
public sealed class ModelRelay : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly string _target;

    /// <summary>Starts to serve on a free port.</summary>
    /// <param name="target">Base URL of the real server.</param>
    public ModelRelay(string target)
    {
        _target = target;
        Url = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Base URL.</summary>
    public string Url { get; }

    /// <summary>Awaited with the body of each request before it is passed on.</summary>
    public Func<string, Task> Asking { get; set; } = _ => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Close();
        _http.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // It was disposed of.
        }
    }

    private async Task RelayAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            await Asking(Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length));

            using var request = new HttpRequestMessage(new HttpMethod(context.Request.HttpMethod), _target + context.Request.RawUrl);
            if (body.Length > 0)
            {
                request.Content = new ByteArrayContent(body.ToArray());
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType ?? "application/json");
            }

            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            context.Response.SendChunked = true;
            await using var stream = await answer.Content.ReadAsStreamAsync();
            await CopyAsync(stream, context.Response.OutputStream);
            context.Response.Close();
        }
        catch (Exception e) when (e is IOException or HttpRequestException or HttpListenerException or ObjectDisposedException)
        {
            // One of both sides is gone.
            context.Response.Abort();
        }
    }

    private static async Task CopyAsync(Stream from, Stream to)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read));
            await to.FlushAsync();
        }
    }
}
