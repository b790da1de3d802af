using System.Net;
using System.Text;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>A web server that answers every request with the same page: not what a model server or an API server says.</summary>
public sealed class WebPage : IDisposable
{
    private readonly HttpListener _listener = new();

    /// <summary>Starts to serve on a free port.</summary>
    public WebPage()
    {
        Url = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Base URL.</summary>
    public string Url { get; }

    /// <inheritdoc/>
    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        var page = Encoding.UTF8.GetBytes("<!doctype html><title>Router login</title><p>Please log in");
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                context.Response.ContentType = "text/html";
                await context.Response.OutputStream.WriteAsync(page);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }
}
