using System.Net;
using System.Text;
using Foreman.DevCluster.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.DevCluster.Hosting;

/// <summary>Kestrel on the loopback address, without configuration from the environment.</summary>
internal static class WebHost
{
    // Every informer uses one stream of its client's single HTTP/2 connection.
    private const int MaxStreams = 1000;

    // As in kube-apiserver: a selector may be that long.
    private const int MaxHeaderBytes = 1024 * 1024;

    // A laptop's agents, watches of kubectl and tests need some dozen; each takes memory for TLS and buffers.
    private const int MaxConnections = 2048;

    public static WebApplication Build(int port, ServerCertificates certificates, Func<RequestDelegate> server)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.Limit + 1;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestLineSize = MaxHeaderBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.MaxRequestBufferSize = 2 * MaxHeaderBytes;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MaxHeaderBytes;
            kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreams;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(certificates.Server));
        });
        var app = builder.Build();
        app.Run(server());
        return app;
    }

    public static Uri Address(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        return new Uri(addresses!.Addresses.First());
    }
}
