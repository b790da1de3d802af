using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.Testing.Kubelet;

/// <summary>What a request for a log finds.</summary>
/// <param name="Log">The log; null when there is none.</param>
/// <param name="Status">HTTP status when there is none.</param>
/// <param name="Message">Why not.</param>
internal sealed record FoundLog(ContainerLog? Log, int Status = 200, string Message = "");

/// <summary>The HTTPS side of a kubelet, for kube-apiserver only: <c>GET /containerLogs/NAMESPACE/POD/CONTAINER</c>.</summary>
internal sealed class KubeletServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly KubeletLine _line;
    private readonly Func<(string Space, string Pod, string Container), bool, FoundLog> _find;

    /// <summary>Makes one.</summary>
    /// <param name="certificates">Who may ask, and who signs for the server.</param>
    /// <param name="node">Name of the node.</param>
    /// <param name="line">Whether it answers.</param>
    /// <param name="find">The log of a container, or of its run before.</param>
    public KubeletServer(KubeletCertificates certificates, string node, KubeletLine line, Func<(string Space, string Pod, string Container), bool, FoundLog> find)
    {
        _certificate = certificates.NewServer(node);
        _line = line;
        _find = find;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = _certificate;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (certificate, _, _) => certificates.IsApiServer(certificate);
                });
            });
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Starts to listen and tells the port.</summary>
    public async Task<int> StartAsync()
    {
        await _app.StartAsync();
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        return new Uri(addresses!.Addresses.First()).Port;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Logs that are followed are not waited for.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (_line.IsCut)
        {
            context.Abort();
            return;
        }

        var parts = (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not ["containerLogs", var space, var pod, var container])
        {
            await RefuseAsync(context, 404, "this kubelet serves logs only");
            return;
        }

        LogQuery query;
        try
        {
            query = LogQuery.Parse(name => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null, DateTimeOffset.UtcNow);
        }
        catch (FormatException e)
        {
            await RefuseAsync(context, 400, e.Message);
            return;
        }

        var found = _find((space, pod, container), query.Previous);
        if (found.Log is null)
        {
            await RefuseAsync(context, found.Status, found.Message);
            return;
        }

        try
        {
            await SendAsync(context, found.Log, query);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The reader went away, or the pod and its files did.
        }
    }

    private static async Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(message, context.RequestAborted);
    }

    private static async Task SendAsync(HttpContext context, ContainerLog log, LogQuery query)
    {
        context.Response.ContentType = "text/plain";
        await context.Response.StartAsync(context.RequestAborted);
        var (sent, left) = (0L, query.LimitBytes ?? long.MaxValue);
        for (var isFirst = true; ; isFirst = false)
        {
            var (length, complete, changed) = log.State;
            var records = log.Read(sent, length);
            foreach (var record in isFirst ? query.Of(records) : records)
            {
                var bytes = record.Rendered(query.Timestamps);
                var count = (int)Math.Min(bytes.Length, left);
                await context.Response.Body.WriteAsync(bytes.AsMemory(0, count), context.RequestAborted);
                left -= count;
            }

            await context.Response.Body.FlushAsync(context.RequestAborted);
            sent = length;
            if (!query.Follow || complete || left == 0)
            {
                return;
            }

            await changed.WaitAsync(context.RequestAborted);
        }
    }

    /// <summary>A test ends the server, no signal does.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
