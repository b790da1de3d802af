using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>One HTTP exchange with a model server: deadlines, bounds, and every failure as a <see cref="ModelFailure"/>.</summary>
internal sealed class ModelTransport : IDisposable
{
    private const int MaxErrorBytes = 64 << 10;
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
            Proxy = endpoint.Proxies,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>
    /// Called when the header of an answer has come, each time that bytes of it have (its content and the comments that only keep a
    /// connection open), and now and then while the first ones are waited for.
    /// </summary>
    internal Action? Received { get; init; }

    /// <summary>Asks for a completion and reads the whole answer.</summary>
    /// <param name="call">The request.</param>
    /// <param name="maxCharacters">Where the answer is cut, whatever the server does.</param>
    /// <param name="firstToken">How long the first byte of the answer is waited for.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <exception cref="ModelException">Anything but an answer.</exception>
    internal Task<ChatAnswer> CompleteAsync(ModelCall call, int maxCharacters, TimeSpan firstToken, CancellationToken cancellationToken) =>
        ExchangeAsync(
            () => Post(call),
            (response, watchdog) => ReadAnswerAsync(response, maxCharacters, watchdog),
            new Waits(firstToken),
            cancellationToken);

    /// <summary>Posts a body and reads the whole answer, whatever it is.</summary>
    /// <exception cref="ModelException">The server refuses, or gives no answer in this time.</exception>
    internal Task<byte[]> PostAsync(ModelCall call, TimeSpan firstByte, CancellationToken cancellationToken) =>
        ExchangeAsync(() => Post(call), (response, watchdog) => ReadBytesAsync(response, _options.MaxEventBytes, watchdog), new Waits(firstByte), cancellationToken);

    /// <summary>The bytes of a GET, null when the server does not know the path; what is longer than the bound is cut.</summary>
    /// <exception cref="ModelException">Anything but an answer.</exception>
    internal Task<byte[]?> GetAsync(Uri url, CancellationToken cancellationToken) =>
        ExchangeAsync(
            () => new HttpRequestMessage(HttpMethod.Get, url),
            async (response, watchdog) => response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
                ? null
                : await ReadBytesAsync(response, _options.MaxEventBytes, watchdog).ConfigureAwait(false),
            new Waits(_options.ResponseTimeout, MayBeMissing: true),
            cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T> ExchangeAsync<T>(
        Func<HttpRequestMessage> make, Func<HttpResponseMessage, Watchdog, Task<T>> read, Waits waits, CancellationToken cancellationToken)
    {
        using var watchdog = new Watchdog(_time, Received, cancellationToken);
        watchdog.Arm(waits.FirstByte);
        var answered = false;
        try
        {
            using var request = make();
            if (_endpoint.ApiKey is { Length: > 0 } key)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            using var response = await SignsOfLife.DuringAsync(
                _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, watchdog.Token), Received, _time).ConfigureAwait(false);
            answered = true;
            watchdog.Arm(waits.FirstByte > _options.IdleTimeout ? waits.FirstByte : _options.IdleTimeout);
            watchdog.Touch();
            var missing = response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed;
            if (!response.IsSuccessStatusCode && !(waits.MayBeMissing && missing))
            {
                var text = Encoding.UTF8.GetString(await ReadBytesAsync(response, MaxErrorBytes, watchdog).ConfigureAwait(false));
                throw new ModelException(ServerErrors.FromStatus((int)response.StatusCode, text, _endpoint, RetryAfter(response)));
            }

            return await read(response, watchdog).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (watchdog.Fired && !cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(Silence(answered, waits), e);
        }
        catch (HttpRequestException e)
        {
            throw new ModelException(Classify(e), e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new ModelException(new(ModelFailureKind.Cut, $"the answer of {_endpoint} broke off: {e.Message}"), e);
        }
    }

    private async Task<ChatAnswer> ReadAnswerAsync(HttpResponseMessage response, int maxCharacters, Watchdog watchdog)
    {
        var reader = new AnswerReader(_endpoint, maxCharacters, _options.MaxEventBytes);
        await using var stream = await SignsOfLife.DuringAsync(OpenAsync(response, watchdog.Token), Received, _time).ConfigureAwait(false);
        var buffer = new byte[16 << 10];
        var (begun, hadEnded, hadUsage) = (false, false, false);
        try
        {
            int read;
            while (!reader.IsComplete && (read = await stream.ReadAsync(buffer, watchdog.Token).ConfigureAwait(false)) > 0)
            {
                if (!begun)
                {
                    // The prompt has been read; from here on silence is silence.
                    begun = true;
                    watchdog.Arm(_options.IdleTimeout);
                }

                watchdog.Touch();
                reader.Add(buffer.AsSpan(0, read));
                if (reader.HasEnded && (!hadEnded || (reader.HasUsage && !hadUsage)))
                {
                    (hadEnded, hadUsage) = (true, reader.HasUsage);
                    watchdog.Arm(hadUsage ? TimeSpan.FromMilliseconds(50) : _options.UsageGrace, extends: false);
                }
            }
        }
        catch (Exception e) when (reader.HasEnded && (e is IOException or InvalidDataException or HttpRequestException || (e is OperationCanceledException && watchdog.Fired)))
        {
            // The answer is whole; the server only holds the connection, or dropped it before saying goodbye.
        }

        return reader.Finish(response.Content.Headers.ContentLength is not null || response.Headers.TransferEncodingChunked == true);
    }

    private async Task<byte[]> ReadBytesAsync(HttpResponseMessage response, int maxBytes, Watchdog watchdog)
    {
        await using var stream = await SignsOfLife.DuringAsync(OpenAsync(response, watchdog.Token), Received, _time).ConfigureAwait(false);
        return (await BoundedBytes.ReadAsync(stream, maxBytes, watchdog.Touch, watchdog.Token).ConfigureAwait(false)).Bytes;
    }

    /// <summary>The body, unpacked when its first bytes are those of gzip: some proxies pack what nobody asked them to.</summary>
    private static async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        var head = await pipe.ReadAtLeastAsync(2, cancellationToken).ConfigureAwait(false);
        var isPacked = head.Buffer.FirstSpan.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
        pipe.AdvanceTo(head.Buffer.Start);
        return isPacked ? new GZipStream(pipe.AsStream(), CompressionMode.Decompress) : pipe.AsStream();
    }

    private ModelFailure Silence(bool answered, Waits waits) => answered
        ? new(ModelFailureKind.Silent, $"{_endpoint} began to answer and then was silent for {_options.IdleTimeout.TotalSeconds:0.#} s")
        : new(ModelFailureKind.NoResponse, $"{_endpoint} did not answer within {waits.FirstByte.TotalSeconds:0.#} s; raise requestTurnTimeoutSeconds if the model is slow");

    private ModelFailure Classify(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.ResponseEnded => new(ModelFailureKind.Cut, $"{_endpoint} closed the connection before it answered"),
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded =>
            ServerErrors.NotAnApi(_endpoint, "no proper HTTP"),
        _ => new(ModelFailureKind.Unreachable, $"cannot reach {_endpoint}: {e.InnerException?.Message ?? e.Message}; {_endpoint.Remedy}"),
    };

    private static HttpRequestMessage Post(ModelCall call) => new(HttpMethod.Post, call.Url)
    {
        Content = new RequestContent(call.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
        _ => null,
    };

    /// <summary>How long an exchange waits, and whether the server may not know the path.</summary>
    private readonly record struct Waits(TimeSpan FirstByte, bool MayBeMissing = false);
}

/// <summary>A request to a model server.</summary>
/// <param name="Url">Where it goes.</param>
/// <param name="Body">JSON.</param>
internal readonly record struct ModelCall(Uri Url, RequestBody Body);
