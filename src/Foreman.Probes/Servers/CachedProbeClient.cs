using System.Net.Sockets;
using System.Text;

namespace Foreman.Probes;

/// <summary>
/// Asks one server, each path at most once. Only requests that change nothing are ever made: some servers load a model
/// when they are posted to, which a probe must never cause.
/// </summary>
internal sealed class CachedProbeClient(HttpClient http, string url, TimeSpan limit, TimeProvider time)
{
    private const int LargestAnswer = 4 * 1024 * 1024;

    private readonly Dictionary<string, ServerAnswer> _answers = new(StringComparer.Ordinal);

    /// <summary>Base URL without a trailing slash and without <c>/v1</c>.</summary>
    public string Url { get; } = url;

    /// <summary>The first answer that did not come; further questions are then not asked.</summary>
    public ServerAnswer? FirstFailure { get; private set; }

    /// <summary>Asks; after a request without an answer, that failure is the answer to everything.</summary>
    public async Task<ServerAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        if (FirstFailure is { } failed)
        {
            return failed;
        }

        var answer = await TryGetAsync(path, cancellationToken);
        FirstFailure = answer.NoAnswer is null ? null : answer;
        return answer;
    }

    /// <summary>Asks for something that the server may be too busy to answer: no answer says nothing about the server.</summary>
    public async Task<ServerAnswer> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        if (!_answers.TryGetValue(path, out var answer))
        {
            answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, Url + path), cancellationToken);
            _answers[path] = answer;
        }

        return answer;
    }

    /// <summary>Asks with a body, for the one question that can't be asked otherwise (what an Ollama model can do).</summary>
    public Task<ServerAnswer> AskAsync(string path, string json, CancellationToken cancellationToken) => SendAsync(
        () => new HttpRequestMessage(HttpMethod.Post, Url + path) { Content = new StringContent(json, Encoding.UTF8, "application/json") },
        cancellationToken);

    public static HttpClient NewClient() => new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = 4,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        })
    {
        MaxResponseContentBufferSize = LargestAnswer,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private async Task<ServerAnswer> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var message = request();
            using var response = await http.SendAsync(message, either.Token);
            return new ServerAnswer
            {
                Status = (int)response.StatusCode,
                ContentType = response.Content.Headers.ContentType?.ToString() ?? "",
                Product = response.Headers.Server.ToString(),
                Body = await response.Content.ReadAsStringAsync(either.Token),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ServerAnswer { NoAnswer = NoAnswer.TimedOut, Failure = $"it did not answer in {limit.TotalSeconds:0.#} s" };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            var refused = e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            return new ServerAnswer
            {
                NoAnswer = refused ? NoAnswer.Refused : NoAnswer.Failed,
                Failure = refused ? "nothing listens there" : Innermost(e).Message,
            };
        }
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
