using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Foreman.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace Foreman.Testing.Faults;

/// <summary>The server behind a proxy.</summary>
internal sealed class Upstream : IDisposable
{
    // They belong to a connection, or are made anew for the next one.
    private static readonly string[] NotPassed = ["Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "TE", "Content-Length"];

    private readonly Uri _host;
    private readonly string? _token;
    private readonly ConcurrentDictionary<string, bool> _aliases = new();
    private readonly HttpClient _http;

    public Upstream(KubernetesClientConfiguration server)
    {
        _host = server.Host;
        _token = server.AccessToken;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = true,
            UseCookies = false,
            UseProxy = false,
        };
        if (server.SkipTlsVerify)
        {
#pragma warning disable CA5359 // The kubeconfig of a throw-away cluster says insecure-skip-tls-verify: true.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (server.SslCaCerts is { } authorities)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (server.ClientCertificate is { } certificate)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>From now on this token is good for the server's own user.</summary>
    public void Alias(string token) => _aliases[$"Bearer {token}"] = true;

    /// <summary>Sends a caller's request on; the answer's body is not read yet.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var message = New(new HttpMethod(request.Method), request.Path.ToUriComponent() + request.QueryString.ToUriComponent());
        var body = await ReadBodyAsync(request, cancellationToken);
        if (body.Length > 0)
        {
            message.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in request.Headers)
        {
            if (name[0] != ':' && !NotPassed.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        if (_aliases.ContainsKey(request.Headers.Authorization.ToString()))
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        }

        return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Reads a path whole.</summary>
    public async Task<string> ReadAsync(string pathAndQuery)
    {
        using var message = New(HttpMethod.Get, pathAndQuery);
        message.Headers.Authorization = _token is null ? null : new AuthenticationHeaderValue("Bearer", _token);
        message.Headers.Accept.ParseAdd("application/json");
        using var answer = await _http.SendAsync(message);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Copies the headers of an answer; the length only when the body will be what it is.</summary>
    public static void CopyHeaders(HttpResponseMessage from, HttpResponse to, bool withLength)
    {
        foreach (var (name, values) in from.Headers.Concat(from.Content.Headers))
        {
            if (!NotPassed.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                to.Headers[name] = values.ToArray();
            }
        }

        to.ContentLength = withLength ? from.Content.Headers.ContentLength : null;
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage New(HttpMethod method, string pathAndQuery) => new(method, new Uri(_host, pathAndQuery))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
    };

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }
}
