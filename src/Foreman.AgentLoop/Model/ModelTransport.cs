using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>One HTTP exchange with a model server: deadlines, bounds, and every failure as a <see cref="ModelFailure"/>.</summary>
internal sealed class ModelTransport : IDisposable
{
    private static readonly byte[] Done = "[DONE]"u8.ToArray();
    private readonly ModelEndpoint _endpoint;
    private readonly ModelClientOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    internal ModelTransport(ModelEndpoint endpoint, ModelClientOptions options, TimeProvider time)
    {
        (_endpoint, _options, _time) = (endpoint, options, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),

            // A proxy from the environment is for the world outside, not for the server on this host.
            UseProxy = !endpoint.Url.IsLoopback,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Asks for a completion and reads the whole answer.</summary>
    /// <param name="body">The request.</param>
    /// <param name="maxCharacters">Where the answer is cut, whatever the server does.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <exception cref="ModelException">Anything but an answer.</exception>
    internal Task<ChatAnswer> CompleteAsync(ReadOnlyMemory<byte> body, int maxCharacters, CancellationToken cancellationToken) =>
        ExchangeAsync(
            () => new HttpRequestMessage(HttpMethod.Post, _endpoint.Resolve("chat/completions"))
            {
                Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            },
            (response, watchdog) => IsEventStream(response)
                ? ReadEventsAsync(response, maxCharacters, watchdog)
                : ReadWholeAnswerAsync(response, maxCharacters, watchdog),
            cancellationToken);

    /// <summary>The text of a GET, null when the server does not know the path.</summary>
    /// <exception cref="ModelException">Anything but an answer.</exception>
    internal Task<string?> GetAsync(string path, CancellationToken cancellationToken) =>
        ExchangeAsync(
            () => new HttpRequestMessage(HttpMethod.Get, _endpoint.Resolve(path)),
            async (response, watchdog) => response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
                ? null
                : await ReadTextAsync(response, _options.MaxEventBytes, watchdog).ConfigureAwait(false),
            cancellationToken,
            mayBeMissing: true);

    public void Dispose() => _http.Dispose();

    private async Task<T> ExchangeAsync<T>(
        Func<HttpRequestMessage> make, Func<HttpResponseMessage, Watchdog, Task<T>> read, CancellationToken cancellationToken, bool mayBeMissing = false)
    {
        using var watchdog = new Watchdog(_time, cancellationToken);
        watchdog.Arm(_options.ResponseTimeout);
        var answered = false;
        try
        {
            using var request = make();
            if (_endpoint.ApiKey is { Length: > 0 } key)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, watchdog.Token).ConfigureAwait(false);
            answered = true;
            watchdog.Arm(_options.IdleTimeout);
            var missing = response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed;
            if (!response.IsSuccessStatusCode && !(mayBeMissing && missing))
            {
                var text = await ReadTextAsync(response, 64 << 10, watchdog).ConfigureAwait(false);
                throw new ModelException(ServerErrors.FromStatus((int)response.StatusCode, text, _endpoint, RetryAfter(response)));
            }

            return await read(response, watchdog).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (watchdog.Fired && !cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(Silence(answered), e);
        }
        catch (HttpRequestException e)
        {
            throw new ModelException(Classify(e), e);
        }
        catch (IOException e)
        {
            throw new ModelException(new(ModelFailureKind.Cut, $"the answer of {_endpoint} broke off: {e.Message}"), e);
        }
    }

    private async Task<ChatAnswer> ReadEventsAsync(HttpResponseMessage response, int maxCharacters, Watchdog watchdog)
    {
        var assembler = new AnswerAssembler(maxCharacters);
        var stream = await response.Content.ReadAsStreamAsync(watchdog.Token).ConfigureAwait(false);
        var bounded = new BoundedEventStream(stream, _options.MaxEventBytes, watchdog.Touch);
        var done = false;
        try
        {
            await foreach (var item in SseParser.Create(bounded, Parse).EnumerateAsync(watchdog.Token).ConfigureAwait(false))
            {
                if (item.Data is not { } chunk)
                {
                    done = true;
                    break;
                }

                assembler.Add(chunk.Error is { } error ? throw new ModelException(error) : chunk);
                if (assembler.IsFull)
                {
                    return assembler.Build(cut: true);
                }

                if (assembler.FinishReason is not null)
                {
                    watchdog.Arm(assembler.HasUsage ? TimeSpan.FromMilliseconds(50) : _options.UsageGrace, extends: false);
                }
            }
        }
        catch (EventTooLargeException)
        {
            return assembler.Build(cut: true);
        }
        catch (Exception e) when (assembler.FinishReason is not null && (e is IOException or HttpRequestException || (e is OperationCanceledException && watchdog.Fired)))
        {
            // The answer is whole; the server only holds the connection, or dropped it before saying goodbye.
            return assembler.Build();
        }

        return done || assembler.FinishReason is not null ? assembler.Build() : throw new ModelException(Ended(bounded.Tail()));
    }

    private static ChatChunk? Parse(string eventType, ReadOnlySpan<byte> data) =>
        data.SequenceEqual(Done) ? null : ChatChunkReader.Read(data) ?? new ChatChunk();

    private async Task<ChatAnswer> ReadWholeAnswerAsync(HttpResponseMessage response, int maxCharacters, Watchdog watchdog)
    {
        var text = await ReadTextAsync(response, _options.MaxEventBytes, watchdog).ConfigureAwait(false);
        var chunk = ChatChunkReader.Read(Encoding.UTF8.GetBytes(text));
        if (chunk is null)
        {
            throw new ModelException(ServerErrors.NotAnApi(_endpoint, ServerErrors.LooksLikeHtml(text) ? "a web page" : "something"));
        }

        var assembler = new AnswerAssembler(maxCharacters);
        assembler.Add(chunk.Error is { } error ? throw new ModelException(error) : chunk);
        return assembler.Build(cut: assembler.IsFull);
    }

    /// <summary>A stream that ended early; Ollama writes its error there as a bare line of JSON.</summary>
    private ModelFailure Ended(byte[] tail)
    {
        var last = Encoding.UTF8.GetString(tail).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        return last.StartsWith('{') && ChatChunkReader.Read(Encoding.UTF8.GetBytes(last))?.Error is { } error
            ? error
            : new ModelFailure(ModelFailureKind.Cut, $"the answer of {_endpoint} broke off before its end");
    }

    private static async Task<string> ReadTextAsync(HttpResponseMessage response, int maxBytes, Watchdog watchdog)
    {
        var stream = await response.Content.ReadAsStreamAsync(watchdog.Token).ConfigureAwait(false);
        using var memory = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while (memory.Length < maxBytes && (read = await stream.ReadAsync(buffer, watchdog.Token).ConfigureAwait(false)) > 0)
        {
            watchdog.Touch();
            await memory.WriteAsync(buffer.AsMemory(0, (int)Math.Min(read, maxBytes - memory.Length)), watchdog.Token).ConfigureAwait(false);
        }

        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    private ModelFailure Silence(bool answered) => answered
        ? new(ModelFailureKind.Silent, $"{_endpoint} began to answer and then was silent for {_options.IdleTimeout.TotalSeconds:0.#} s")
        : new(ModelFailureKind.NoResponse, $"{_endpoint} did not answer within {_options.ResponseTimeout.TotalSeconds:0.#} s; raise requestTurnTimeoutSeconds if the model is slow");

    private ModelFailure Classify(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.ResponseEnded => new(ModelFailureKind.Cut, $"{_endpoint} closed the connection before it answered"),
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded =>
            ServerErrors.NotAnApi(_endpoint, "no proper HTTP"),
        _ => new(ModelFailureKind.Unreachable, $"cannot reach {_endpoint}: {e.InnerException?.Message ?? e.Message}; is the model server running there?"),
    };

    private static bool IsEventStream(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType?.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) is true;

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
        _ => null,
    };
}
