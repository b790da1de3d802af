using System.Net;
using System.Text;

namespace Foreman.Kubernetes.Tests;

/// <summary>An HTTP server whose answers a test writes: for what a real API server does only when it is in trouble.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerRequest, Answer> _script;

    public ScriptedServer(Func<HttpListenerRequest, Answer> script)
    {
        _script = script;
        Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>Requests that came, with their Authorization header.</summary>
    public List<string> Authorizations { get; } = [];

    public KubernetesClient Client(KubernetesClientOptions? options = null, string? tokenFile = null) =>
        new(new KubernetesClientConfiguration { Host = Url, TokenFile = tokenFile }, options);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
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

            Authorizations.Add(context.Request.Headers["Authorization"] ?? "");
            var answer = _script(context.Request);
            context.Response.StatusCode = answer.Code;
            context.Response.ContentType = answer.MediaType;
            foreach (var (name, value) in answer.Headers)
            {
                context.Response.AddHeader(name, value);
            }

            try
            {
                // In chunks, an empty write would already end the answer, and Close would end it again.
                var body = answer.Bytes ?? Encoding.UTF8.GetBytes(answer.Body);
                context.Response.ContentLength64 = body.Length;
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
            {
                // This client has given up; others have not.
            }
        }
    }

    internal sealed record Answer(int Code, string Body, string MediaType = "application/json")
    {
        /// <summary>A body that is no text; null for <see cref="Body"/>.</summary>
        public byte[]? Bytes { get; init; }

        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
    }
}
