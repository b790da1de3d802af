using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Foreman.Operator.DemoModel;

/// <summary>
/// The scripted demo model: an OpenAI-compatible server on loopback for hosts without a language model. It understands a few
/// sentence forms (<see cref="DemoGoal"/>) and responds NO-GO to anything else; <c>owned_by</c> is <c>foreman-demo</c>.
/// </summary>
public sealed class DemoModelServer : IAsyncDisposable
{
    /// <summary>The name of its one model.</summary>
    public const string ModelName = "foreman-demo";

    /// <summary>The owner that <c>/v1/models</c> names, by which probes identify it.</summary>
    public const string OwnedBy = "foreman-demo";

    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private int _answers;

    private DemoModelServer(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    /// <summary>The port that it listens on, at 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Its base URL.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Starts a server; it runs until it is disposed of.</summary>
    /// <param name="port">The port to listen on; 0 takes a free one.</param>
    /// <param name="timeProvider">The clock of timestamps in responses.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<DemoModelServer> StartAsync(int port, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        // The empty builder reads no configuration, so the environment can't change the address.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(IPAddress.Loopback, port));
        _ = builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        var server = new DemoModelServer(app, timeProvider);
        app.Run(server.AnswerAsync);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"the demo model cannot listen on 127.0.0.1:{port}: {e.InnerException?.Message ?? e.Message}; choose another port, or 0 for a free one", e);
        }

        server.Port = new Uri(app.Urls.Single()).Port;
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/health") => WriteAsync(context, 200, new JsonObject { ["status"] = "ok" }),
        ("GET", "/v1/models") => WriteAsync(context, 200, Models()),
        ("POST", "/v1/chat/completions") => CompleteAsync(context),
        _ => WriteAsync(context, 404, Error("no such path; the demo model serves /health, /v1/models and /v1/chat/completions", "not_found_error")),
    };

    private async Task CompleteAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        DemoChat chat;
        try
        {
            chat = DemoChat.Read(body.GetBuffer().AsMemory(0, (int)body.Length));
        }
        catch (ForeignTextException e)
        {
            await WriteAsync(context, 400, Error(e.Message, "invalid_request_error")).ConfigureAwait(false);
            return;
        }

        var reply = new DemoReply(chat, DemoAnswer.For(chat), $"demo-{Interlocked.Increment(ref _answers)}", _time.GetUtcNow().ToUnixTimeSeconds());
        if (!chat.Stream)
        {
            await WriteAsync(context, 200, reply.ToCompletion()).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (var piece in reply.ToChunks())
        {
            await context.Response.WriteAsync($"data: {piece.ToJsonString()}\n\n", context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }

        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted).ConfigureAwait(false);
    }

    private JsonObject Models() => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray(new JsonObject
        {
            ["id"] = ModelName,
            ["object"] = "model",
            ["created"] = _time.GetUtcNow().ToUnixTimeSeconds(),
            ["owned_by"] = OwnedBy,
        }),
    };

    private static JsonObject Error(string message, string type) =>
        new() { ["error"] = new JsonObject { ["message"] = message, ["type"] = type } };

    private static async Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Signals are handled by the process, not by this server.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
