using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.Testing.Forges;

/// <summary>
/// A forge written from the documentation of its API: it answers documented calls only. One that is not documented is refused
/// and kept, so that <see cref="Verify"/> fails the test.
/// </summary>
public abstract class ForgeServer : IDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _undocumented = [];
    private readonly ConcurrentQueue<ForgeCall> _calls = [];
    private readonly string _root;
    private readonly TimeProvider _time;

    /// <param name="token">The token that it takes.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="root">Path of its API, with slashes at both ends.</param>
    private protected ForgeServer(string token, TimeProvider time, string root)
    {
        (Token, _time, _root) = (token, time, root);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(ServeAsync);
        _app.Start();
        Url = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');
    }

    /// <summary>Its base URL.</summary>
    public string Url { get; private set; }

    /// <summary>The token that it takes.</summary>
    public string Token { get; }

    /// <summary>What it keeps.</summary>
    public ForgeStore Store { get; } = new();

    /// <summary>The most items of a page, whatever is asked for.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>What goes wrong with a request; asked once for each, in the order of their coming.</summary>
    public Func<ForgeCall, ForgeFault> Fault { get; set; } = _ => ForgeFault.None;

    /// <summary>Awaited before a request is answered; what it waits for holds that request and no other.</summary>
    public Func<ForgeCall, Task> Passing { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called when a request was carried out, or was lost, whether anybody waits for the answer or not.</summary>
    public Action<ForgeCall> Passed { get; set; } = _ => { };

    /// <summary>True lets everybody read and write, with a token or without.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Answers instead of the API; null leaves it to the API.</summary>
    public Func<ForgeCall, ForgeAnswer?> Instead { get; set; } = _ => null;

    /// <summary>How long a limit lasts.</summary>
    public TimeSpan LimitLasts { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Every request that came, in order.</summary>
    public IReadOnlyList<ForgeCall> Calls => [.. _calls];

    /// <summary>Documented calls, to be listed in the reference.</summary>
    public abstract IReadOnlyList<ForgeRoute> Routes { get; }

    /// <summary>The time here in Unix seconds.</summary>
    protected long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Fails when a request came that is not documented.</summary>
    public void Verify()
    {
        if (!_undocumented.IsEmpty)
        {
            throw new InvalidOperationException($"requests that the documentation does not know: {string.Join("; ", _undocumented)}");
        }
    }

    /// <summary>Answers a request that came to another server, below whose URL this one then is.</summary>
    /// <param name="context">The request.</param>
    /// <param name="url">Base URL of that server.</param>
    /// <returns>False when it is none of the API, and was not answered.</returns>
    public async Task<bool> AnswerAsync(HttpContext context, string url)
    {
        if (!context.Request.Path.StartsWithSegments(_root.TrimEnd('/'), StringComparison.Ordinal))
        {
            return false;
        }

        Url = url;
        await ServeAsync(context);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Calls that are still open are not waited for.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
        _app.StopAsync(now.Token).GetAwaiter().GetResult();
        ((IDisposable)_app).Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What the documentation asks of every request; null when it is there.</summary>
    protected abstract string? HeaderProblem(ForgeCall call);

    /// <summary>True when the request carries the token in the documented way.</summary>
    protected abstract bool IsAuthorized(ForgeCall call);

    /// <summary>Names of the parameters for pages: number and size.</summary>
    protected abstract (string Page, string Size) PageParameters { get; }

    /// <summary>Headers of a page beside the links.</summary>
    protected virtual IReadOnlyDictionary<string, string> PageHeaders(int page, int pages, int items) => new Dictionary<string, string>();

    /// <summary>The answer of a request that is refused for limits.</summary>
    protected abstract ForgeAnswer Limited(bool isSecondary, TimeSpan lasts);

    /// <summary>True when a page names the next one by a link.</summary>
    protected virtual bool HasLinks => true;

    /// <summary>The repository of a call.</summary>
    protected StoredRepository? Repository(ForgeCall call) =>
        Store.Find(call.Values.TryGetValue("id", out var id)
            ? Store.Repositories.FirstOrDefault(r => r.Id.ToString(CultureInfo.InvariantCulture) == id)?.FullName ?? id
            : $"{call.Values["owner"]}/{call.Values["repo"]}");

    /// <summary>An issue or pull request of a call.</summary>
    protected StoredThread? Thread(ForgeCall call, string number, bool? isPull = null) =>
        Repository(call)?.Threads.Find(t => t.Number == call.Number(number) && (isPull is null || isPull == t.Branches is not null));

    /// <summary>The branch that a call names; null when there is none.</summary>
    protected string? Branch(ForgeCall call) => Repository(call) is { } repository && call.Values["branch"] is var name
        && (repository.Branches.Contains(name) || repository.OpenPulls.Any(p => p.Branches!.HeadRepository == repository.FullName && p.Branches.Head == name)) ? name : null;

    /// <summary>The pull request whose tip a call names.</summary>
    protected StoredThread? ThreadAt(ForgeCall call, string commit) => Repository(call)?.Threads.Find(t => t.Branches?.HeadSha == call.Values[commit]);

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var call = CallOf(context.Request, await reader.ReadToEndAsync());
        _calls.Enqueue(call);
        await Passing(call);
        var (answer, isLost) = Work(call);
        Passed(call);
        if (isLost)
        {
            context.Abort();
            return;
        }

        await SendAsync(context.Response, answer);
    }

    private (ForgeAnswer Answer, bool IsLost) Work(ForgeCall call)
    {
        lock (Store.Gate)
        {
            var fault = Fault(call);
            if (fault is ForgeFault.Unavailable or ForgeFault.DropBefore or ForgeFault.Limit or ForgeFault.SecondaryLimit)
            {
                return (fault == ForgeFault.Unavailable ? ForgeAnswer.Error(503, "try again later") : Limited(fault == ForgeFault.SecondaryLimit, LimitLasts), fault == ForgeFault.DropBefore);
            }

            var answer = Instead(call) ?? Answer(call);
            return fault switch
            {
                ForgeFault.DropAfter => (answer, true),
                ForgeFault.ErrorAfter => (ForgeAnswer.Error(500, "it broke"), false),
                ForgeFault.Truncate => (answer with { Body = answer.Body[..(answer.Body.Length / 2)] }, false),
                _ => (answer, false),
            };
        }
    }

    private ForgeAnswer Answer(ForgeCall call)
    {
        if (HeaderProblem(call) is { } problem)
        {
            return Undocumented(call, problem);
        }

        foreach (var route in Routes)
        {
            if (route.Match(call.Method, call.Path) is { } values)
            {
                return ProblemOf(route, call) is { } wrong ? Undocumented(call, $"{wrong} ({route.Documentation})")
                    : !IsOpen && !IsAuthorized(call) ? ForgeAnswer.Error(401, "Bad credentials")
                    : Page(call, route.Answer(call with { Values = values }));
            }
        }

        return Undocumented(call, "no such call");
    }

    private ForgeAnswer Undocumented(ForgeCall call, string why)
    {
        _undocumented.Enqueue($"{call.Method} {call.Path}: {why}");
        return ForgeAnswer.Error(418, $"not documented: {why}");
    }

    private static string? ProblemOf(ForgeRoute route, ForgeCall call)
    {
        if (call.Query.Keys.Except(route.Query).FirstOrDefault() is { } parameter)
        {
            return $"no parameter {parameter}";
        }

        var fields = call.Body?.Select(p => p.Key).ToList() ?? [];
        return fields.Except(route.Required).Except(route.Optional).FirstOrDefault() is { } unknown ? $"no field {unknown}"
            : route.Required.Except(fields).FirstOrDefault() is { } missing ? $"the field {missing} is missing"
            : null;
    }

    private ForgeAnswer Page(ForgeCall call, ForgeAnswer answer)
    {
        if (answer.Items is not { } items)
        {
            return answer;
        }

        var (pageName, sizeName) = PageParameters;
        var size = Math.Min(PageSize, call.Query.TryGetValue(sizeName, out var asked) ? int.Parse(asked, CultureInfo.InvariantCulture) : PageSize);
        var page = call.Query.TryGetValue(pageName, out var number) ? int.Parse(number, CultureInfo.InvariantCulture) : 1;
        var pages = Math.Max(1, (items.Count + size - 1) / size);
        var headers = new Dictionary<string, string>(PageHeaders(page, pages, items.Count));
        if (page < pages && HasLinks)
        {
            headers["Link"] = $"<{PageUrl(call, pageName, pages)}>; rel=\"last\", <{PageUrl(call, pageName, page + 1)}>; rel=\"next\"";
        }

        var body = new JsonArray([.. items.Skip((page - 1) * size).Take(size)]);
        return ForgeAnswer.Json(200, answer.Around(body)) with { Headers = headers };
    }

    private string PageUrl(ForgeCall call, string name, int page)
    {
        var query = call.Query.Where(q => q.Key != name).Append(new(name, page.ToString(CultureInfo.InvariantCulture)));
        return $"{Url}{_root}{call.Path}?{string.Join('&', query.Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}"))}";
    }

    private ForgeCall CallOf(HttpRequest request, string body)
    {
        // As it was sent: an escaped slash is part of a name.
        var raw = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var query = raw.Length == 1 ? [] : raw[1].Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]));
        return new ForgeCall(request.Method, raw[0].StartsWith(_root, StringComparison.Ordinal) ? raw[0][_root.Length..] : raw[0], query)
        {
            Headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body.Length > 0 ? JsonNode.Parse(body) as JsonObject : null,
        };
    }

    private async Task SendAsync(HttpResponse response, ForgeAnswer answer)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        response.StatusCode = answer.Status;
        response.Headers.Date = _time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        // An answer without content must not be given any.
        if (answer.Status != StatusCodes.Status204NoContent)
        {
            (response.ContentType, response.ContentLength) = (answer.Type, body.Length);
            await response.Body.WriteAsync(body);
        }
    }

    /// <summary>A test ends the server, no signal does.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
