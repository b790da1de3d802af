using System.Net;
using Foreman.Hosting;
using Foreman.Operator.Cli;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Health;

/// <summary>Sources of the endpoints' responses.</summary>
/// <param name="Unhealthy">Why the operator should be restarted; null when it need not be.</param>
/// <param name="NotReady">Why the operator is not ready; null when it is.</param>
/// <param name="Metrics">All metrics as Prometheus text.</param>
internal sealed record HealthSources(Func<string?> Unhealthy, Func<string?> NotReady, Func<string> Metrics);

/// <summary><c>/healthz</c> and <c>/readyz</c> on one address, <c>/metrics</c> on another; all of them where both are the same.</summary>
internal sealed class HealthEndpoints : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HealthEndpoints(WebApplication app) => _app = app;

    /// <summary>Starts listening; null when neither address is set.</summary>
    /// <exception cref="ExitException">A port is taken.</exception>
    public static async Task<HealthEndpoints?> StartAsync(OperatorSettings settings, HealthSources sources, CancellationToken cancellationToken)
    {
        if (settings.HealthAddress is null && settings.MetricsAddress is null)
        {
            return null;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var address in new[] { settings.HealthAddress, settings.MetricsAddress }.OfType<IPEndPoint>().Distinct())
            {
                kestrel.Listen(address);
            }
        });
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, settings, sources));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            await app.DisposeAsync();
            throw new ExitException(
                ExitCodes.TryAgain,
                $"cannot listen for health ({settings.HealthAddress}) and metrics ({settings.MetricsAddress}): {Ports.Reason(e)}; stop the program that uses the port, or set --health-probe-bind-address and --metrics-bind-address",
                e);
        }

        return new HealthEndpoints(app);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task AnswerAsync(HttpContext context, OperatorSettings settings, HealthSources sources)
    {
        var port = context.Connection.LocalPort;
        var path = context.Request.Path.Value;
        if (path == "/metrics" && Serves(settings.MetricsAddress, port))
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return context.Response.WriteAsync(sources.Metrics());
        }

        if (path is not ("/healthz" or "/readyz") || !Serves(settings.HealthAddress, port))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var problem = path == "/readyz" ? sources.NotReady() : sources.Unhealthy();
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(problem ?? "ok");
    }

    private static bool Serves(IPEndPoint? address, int port) => address?.Port == port;

    /// <summary>Signals are handled by the process, not by this server.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
