using System.Globalization;
using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Foreman.Tools.Mcp;

/// <summary>A connection to one MCP server. Whatever the server does wrong is a failure in words, never a credential and never an exception of its library.</summary>
internal sealed class McpConnection : IAsyncDisposable
{
    private const int MaxPages = 50;
    private const int MaxListed = 1000;
    private const int LeastRedacted = 6;

    private readonly McpClient _client;
    private readonly IAsyncDisposable? _http;
    private readonly McpProgram? _program;
    private readonly McpPlan _plan;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<string> _secrets;

    private McpConnection(McpServer server, McpClient client, (McpProgram? Program, IAsyncDisposable? Http) owned, McpPlan plan, TimeProvider time, IReadOnlyList<string> secrets) =>
        (Server, _client, _program, _http, _plan, _time, _secrets) = (server, client, owned.Program, owned.Http, plan, time, secrets);

    /// <summary>As the Agent describes it.</summary>
    internal McpServer Server { get; }

    /// <summary>Connects, within the time of a call.</summary>
    /// <param name="server">As the Agent describes it.</param>
    /// <param name="plan">Bounds.</param>
    /// <param name="host">What connections need.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="McpServerException">It can't be reached, or does not speak the protocol.</exception>
    internal static async Task<McpConnection> OpenAsync(McpServer server, McpPlan plan, McpHost host, CancellationToken stop)
    {
        var headers = host.Credentials.Of(server.Name);
        var secrets = SecretsIn(headers);
        McpProgram? program = null;
        HttpClientTransport? http = null;
        using var over = new CancellationTokenSource(plan.CallTimeout, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, over.Token);
        try
        {
            IClientTransport transport;
            if (server.Transport == McpTransport.Stdio)
            {
                program = host.StartProgram?.Invoke(server) ?? throw new McpServerException("this host has no sandbox to start its program in: use a server of transport http, or install bubblewrap on the host");
                transport = new StreamClientTransport(program.Input, program.Output);
            }
            else
            {
                transport = http = Http(server, headers);
            }

            var client = await McpClient.CreateAsync(transport, Options(plan, host.Time), null, either.Token).ConfigureAwait(false);
            return new McpConnection(server, client, (program, http), plan, host.Time, secrets);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            var why = e is McpServerException ? e.Message
                : over.IsCancellationRequested ? $"it did not answer within {Seconds(plan.CallTimeout)}"
                : $"it can't be reached: {Words(e, secrets)}";
            throw new McpServerException(Redacted(await EndAsync(program, http, why).ConfigureAwait(false), secrets));
        }
        catch
        {
            _ = await EndAsync(program, http, "").ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Every tool that the server has, from all pages of its list.</summary>
    /// <exception cref="McpServerException">The list can't be read.</exception>
    internal async Task<IReadOnlyList<ForeignTool>> ListAsync(CancellationToken stop)
    {
        var tools = new List<ForeignTool>();
        var cursors = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        for (var page = 0; page < MaxPages && tools.Count < MaxListed; page++)
        {
            var (listed, failure) = await WithinTimeAsync(
                async token => await _client.ListToolsAsync(new ListToolsRequestParams { Cursor = cursor }, token).ConfigureAwait(false), stop).ConfigureAwait(false);
            if (listed is null)
            {
                throw new McpServerException($"its list of tools can't be read: {failure}");
            }

            tools.AddRange(listed.Tools.Take(MaxListed - tools.Count).Select(t => new ForeignTool(t.Name, t.Description, t.InputSchema)));
            cursor = listed.NextCursor;
            if (string.IsNullOrEmpty(cursor))
            {
                return tools;
            }

            if (!cursors.Add(cursor))
            {
                throw new McpServerException("its list of tools has no end: a page leads back to an earlier one");
            }
        }

        return tools;
    }

    /// <summary>Calls a tool.</summary>
    /// <param name="tool">Its name on the server.</param>
    /// <param name="arguments">A JSON object.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Its result, or why there is none.</returns>
    internal Task<(CallToolResult? Value, string? Failure)> CallAsync(string tool, JsonElement arguments, CancellationToken stop)
    {
        var call = new CallToolRequestParams
        {
            Name = tool,
            Arguments = arguments.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal),
        };
        return WithinTimeAsync(async token => await _client.CallToolAsync(call, token).ConfigureAwait(false), stop);
    }

    /// <summary>A text without the credentials of this server, which it might repeat.</summary>
    internal string Redacted(string text) => Redacted(text, _secrets);

    public async ValueTask DisposeAsync()
    {
        // A server that hangs must not hold up the end of the run.
        try
        {
            await _client.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5), _time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or IOException or HttpRequestException or McpException or OperationCanceledException or InvalidOperationException)
        {
            // It is left to its own end.
        }
        finally
        {
            _ = await EndAsync(_program, _http, "").ConfigureAwait(false);
        }
    }

    private async Task<(T? Value, string? Failure)> WithinTimeAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stop)
        where T : class
    {
        using var over = new CancellationTokenSource(_plan.CallTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, over.Token);
        try
        {
            return (await ask(either.Token).ConfigureAwait(false), null);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            var why = over.IsCancellationRequested ? $"the server {Printable.Line(Server.Name, 80)} did not answer within {Seconds(_plan.CallTimeout)}; it may still have done it, so look before you repeat it"
                : e is McpProtocolException ? $"the server {Printable.Line(Server.Name, 80)} refuses it: {Words(e, _secrets)}"
                : $"the server {Printable.Line(Server.Name, 80)} is not there any more: {Words(e, _secrets)}{_program?.LastWords}";
            return (null, Redacted(why));
        }
    }

    private static HttpClientTransport Http(McpServer server, IReadOnlyList<(string Name, string Value)> headers)
    {
        if (!Uri.TryCreate(server.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new McpServerException("its url is no http or https URL");
        }

        var http = new HttpClient(new McpHttpHandler(url, headers, EnvironmentProxy.OfProcess)) { Timeout = Timeout.InfiniteTimeSpan };
        var options = new HttpClientTransportOptions
        {
            Endpoint = url,
            TransportMode = HttpTransportMode.StreamableHttp,
            EnableStandaloneGetStream = false,
            MaxReconnectionAttempts = 2,
        };
        return new HttpClientTransport(options, http, null, ownsHttpClient: true);
    }

    // No handlers: a server gets no sampling of the model, no questions to people and no roots.
    private static McpClientOptions Options(McpPlan plan, TimeProvider time) => new()
    {
        ClientInfo = new Implementation { Name = "foreman", Version = "1" },
        InitializationTimeout = plan.CallTimeout,
        TimeProvider = time,
    };

    private static async Task<string> EndAsync(McpProgram? program, IAsyncDisposable? http, string why)
    {
        if (http is not null)
        {
            await http.DisposeAsync().ConfigureAwait(false);
        }

        if (program is null)
        {
            return why;
        }

        await program.DisposeAsync().ConfigureAwait(false);
        return why + program.LastWords;
    }

    // Credentials go before the text is cut: half of one would not be found any more.
    private static string Words(Exception e, IReadOnlyList<string> secrets)
    {
        var cause = e is AggregateException { InnerExceptions: [var only] } ? only : e;
        var inner = cause.InnerException is { } i && !cause.Message.Contains(i.Message, StringComparison.Ordinal) ? $": {i.Message}" : "";
        return Printable.Line(Redacted($"{cause.Message}{inner}".TrimEnd('.'), secrets), 300);
    }

    private static string Redacted(string text, IReadOnlyList<string> secrets) =>
        secrets.Aggregate(text, (all, secret) => all.Replace(secret, "[credential]", StringComparison.Ordinal));

    // A server may repeat the token without the word before it.
    private static List<string> SecretsIn(IReadOnlyList<(string Name, string Value)> headers) =>
        [.. headers.SelectMany(h => h.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(h.Value))
            .Where(v => v.Length >= LeastRedacted && v is not "Bearer")
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(v => v.Length)];

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}

/// <summary>An MCP server can't be used. The message says why, without a credential and without a full stop.</summary>
internal sealed class McpServerException(string message) : Exception(message);
