using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Hosting;
using Foreman.Operator.Cli;

namespace Foreman.Operator.Try;

/// <summary>
/// Finds an LLM server: the configured one, else one on the usual ports of this machine. Only an OpenAI API response that
/// lists a model counts.
/// </summary>
internal sealed class ModelLookup(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan NamedTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LocalTimeout = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 4 << 20 };

    /// <summary>Ports of llama-server (two defaults), Ollama, vLLM and LM Studio.</summary>
    public static IReadOnlyList<int> UsualPorts { get; } = [8080, 9931, 11434, 8000, 1234];

    /// <summary>The configured server.</summary>
    /// <exception cref="ExitException">It cannot be used, and why.</exception>
    public async Task<ModelSource> NamedAsync(Uri url, string? model, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names;
        try
        {
            names = await NamesAsync(url, NamedTimeout, cancellationToken);
        }
        catch (ModelLookupException e)
        {
            throw new ExitException(ExitCodes.NotReachable, $"--model-url {TryFormat.Trim(url)}: {e.Message}; name the base URL of an OpenAI-compatible server, for example http://127.0.0.1:8080", e);
        }

        return new ModelSource(Root(url), Choose(names, model, TryFormat.Trim(url)), Demo: false);
    }

    /// <summary>The first usual port that serves a model (the named one, if any); null when none does.</summary>
    public async Task<ModelSource?> LocalAsync(string? model, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(UsualPorts.Select(async port =>
        {
            var url = new UriBuilder("http", "127.0.0.1", port).Uri;
            try
            {
                return (Url: url, Names: await NamesAsync(url, LocalTimeout, cancellationToken));
            }
            catch (ModelLookupException)
            {
                return (Url: url, Names: []);
            }
        }));
        var servers = found.Where(f => f.Names.Count > 0).ToArray();
        if (model is null)
        {
            return servers.Length == 0 ? null : new ModelSource(servers[0].Url, servers[0].Names[0], Demo: false);
        }

        foreach (var (url, names) in servers)
        {
            if (names.FirstOrDefault(n => IsSame(n, model)) is { } name)
            {
                return new ModelSource(url, name, Demo: false);
            }
        }

        var there = servers.SelectMany(s => s.Names).ToArray();
        throw new ExitException(
            ExitCodes.NotReachable,
            $"--model {model}: no LLM server on this machine has it ({(there.Length == 0 ? "none answers on the ports " + string.Join(", ", UsualPorts) : "there are " + string.Join(", ", there))}); start one, or name its server with --model-url");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static Uri Root(Uri url)
    {
        var text = TryFormat.Trim(url);
        return new Uri(text.EndsWith("/v1", StringComparison.Ordinal) ? text[..^3] : text);
    }

    private static string Choose(IReadOnlyList<string> names, string? model, string url) =>
        model is null
            ? names[0]
            : names.FirstOrDefault(n => IsSame(n, model)) ?? throw new ExitException(
                ExitCodes.NotReachable, $"--model {model}: the server at {url} has {string.Join(", ", names)}");

    private static bool IsSame(string name, string wanted) =>
        string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase) || string.Equals(name, wanted + ":latest", StringComparison.OrdinalIgnoreCase);

    private async Task<IReadOnlyList<string>> NamesAsync(Uri url, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await _http.GetAsync(new Uri(TryFormat.Trim(Root(url)) + "/v1/models"), either.Token);
            var text = await answer.Content.ReadAsStringAsync(either.Token);
            return Read(answer, text);
        }
        catch (HttpRequestException e)
        {
            throw new ModelLookupException($"it cannot be reached ({Ports.Reason(e)})", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelLookupException($"it did not answer within {timeout.TotalSeconds:0} s", e);
        }
    }

    private static string[] Read(HttpResponseMessage answer, string text)
    {
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            throw new ModelLookupException("it answers 503: it is still loading its model; try again in a moment");
        }

        JsonNode? json;
        try
        {
            json = JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            var what = text.TrimStart().StartsWith('<') ? "HTML" : "no JSON";
            throw new ModelLookupException($"/v1/models answers {what} ({(int)answer.StatusCode}), so this is no LLM server", e);
        }

        var names = (json as JsonObject)?["data"] is JsonArray data
            ? data.Select(m => (m as JsonObject)?["id"] is JsonValue id && id.TryGetValue<string>(out var name) ? name : null).OfType<string>().ToArray()
            : [];
        return names.Length > 0 ? names : throw new ModelLookupException($"/v1/models names no model ({(int)answer.StatusCode})");
    }

    private sealed class ModelLookupException(string message, Exception? inner = null) : Exception(message, inner);
}
