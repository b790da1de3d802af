using System.Globalization;
using System.Net;
using System.Text;
using Foreman.Testing;

namespace Foreman.Probes.Tests.Support;

/// <summary>
/// Plays a model server that can't be had here: it answers GETs from a table, 404 otherwise, and records what it was asked.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, (int Status, string Type, byte[] Body)> _answers = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private readonly TaskCompletionSource _released = new();
    private readonly Task _serving;

    public ScriptedServer(string product = "")
    {
        Product = product;
        while (true)
        {
            Port = FreePort.Next();
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                // Another process took the port in between.
            }
        }

        _serving = ServeAsync();
    }

    public int Port { get; }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    public string Product { get; }

    /// <summary>While true, requests are taken and not answered.</summary>
    public bool Hangs { get; set; }

    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked)
            {
                return [.. _asked];
            }
        }
    }

    public ScriptedServer Json(string path, string body, int status = 200) => Answer(path, body, "application/json", status);

    public ScriptedServer Answer(string path, string body, string type, int status = 200) => Bytes(path, Encoding.UTF8.GetBytes(body), type, status);

    public ScriptedServer Bytes(string path, byte[] body, string type = "application/json", int status = 200)
    {
        _answers[path] = (status, type, body);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        _released.TrySetResult();

        // Stopped first, closing would take the port once more, which another process may have by then.
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
            {
                return;
            }

            _ = RespondAsync(context);
        }
    }

    private async Task RespondAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        lock (_asked)
        {
            _asked.Add($"{context.Request.HttpMethod} {path}");
        }

        if (Hangs)
        {
            await _released.Task;
        }

        try
        {
            var (status, type, body) = _answers.GetValueOrDefault(path, (404, "text/plain", "Not Found"u8.ToArray()));
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            if (Product.Length > 0)
            {
                context.Response.Headers["Server"] = Product;
            }

            // In chunks, an empty write would already end the answer, and Close would end it again.
            context.Response.ContentLength64 = body.Length;
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The asker gave up.
        }
    }
}
