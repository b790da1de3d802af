using System.Collections.Immutable;
using System.Text;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>A client of one model that retries: waits while it loads, repeats what may succeed the second time, and gives up with a reason.</summary>
internal sealed class ModelClient : IDisposable
{
    // A wait between two tries can take minutes, and whoever follows the run must be able to tell it from one that hangs.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ModelEndpoint _endpoint;
    private readonly ModelClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _jitter;
    private readonly ModelTransport _transport;
    private ImmutableHashSet<string> _omit = [];

    /// <param name="endpoint">Where the model is.</param>
    /// <param name="options">Timeouts and number of retries.</param>
    /// <param name="time">The clock of all deadlines.</param>
    /// <param name="jitter">Spreads repetitions.</param>
    internal ModelClient(ModelEndpoint endpoint, ModelClientOptions options, TimeProvider time, Random jitter)
    {
        (_endpoint, _options, _time, _jitter) = (endpoint, options, time, jitter);
        _transport = new ModelTransport(endpoint, options, time) { Received = () => StillRunning?.Invoke() };
    }

    /// <summary>Called with what is waited for; with null when the wait is over.</summary>
    internal Action<string?>? Waiting { get; init; }

    /// <summary>Called when bytes of an answer have come, and at least every 30 s while it is waited for the next try.</summary>
    internal Action? StillRunning { get; init; }

    /// <summary>Asks the server which models it serves and finds ours among them.</summary>
    /// <returns>The name to ask for: the server's own id; the asked name when it lists nothing.</returns>
    /// <exception cref="ModelException">Not reachable, no model server, or <see cref="ModelFailureKind.ModelMismatch"/>.</exception>
    internal Task<string> IdentifyAsync(CancellationToken cancellationToken) => RetryAsync(
        async () =>
        {
            var body = await _transport.GetAsync("models", cancellationToken).ConfigureAwait(false);
            if (body is null)
            {
                return _endpoint.Name;
            }

            var served = ModelIdentity.Read(body) ?? throw new ModelException(NoList(Encoding.UTF8.GetString(body)));
            return served.Count == 0 ? _endpoint.Name
                : ModelIdentity.Find(_endpoint.Name, served) ?? throw new ModelException(Mismatch(served));
        },
        cancellationToken);

    /// <summary>Asks the model for its next turn.</summary>
    /// <exception cref="ModelException">No answer within all retries.</exception>
    internal Task<ChatAnswer> CompleteAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        // No tokenizer makes more than some dozens of characters of a token; what is longer was not limited by the server.
        var maxCharacters = (int)Math.Clamp(request.MaxTokens * 64L, 1 << 20, AnswerAssembler.MaxBytes);
        return RetryAsync(() => CompleteOnceAsync(request, maxCharacters, cancellationToken), cancellationToken);
    }

    public void Dispose() => _transport.Dispose();

    private async Task<ChatAnswer> CompleteOnceAsync(ChatRequest request, int maxCharacters, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _transport.CompleteAsync(ChatRequestWriter.Write(request, _omit), maxCharacters, cancellationToken).ConfigureAwait(false);
            }
            catch (ModelException e) when (e.Failure is { Kind: ModelFailureKind.Rejected, RejectedField: { } field } && !_omit.Contains(field))
            {
                // Some servers refuse a field by name; it is left out from now on.
                _omit = _omit.Add(field);
            }
        }
    }

    private async Task<T> RetryAsync<T>(Func<Task<T>> exchange, CancellationToken cancellationToken)
    {
        var history = default(RetryHistory);
        while (true)
        {
            try
            {
                var result = await exchange().ConfigureAwait(false);
                if (history != default)
                {
                    Waiting?.Invoke(null);
                }

                return result;
            }
            catch (ModelException e) when (RetryPolicy.Next(history, e.Failure, _options, _jitter.NextDouble()) is { } next)
            {
                Waiting?.Invoke(e.Failure.Message);
                history = next.History;
                await WaitAsync(next.Delay, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        for (var left = delay; left > TimeSpan.Zero; left -= LongestPause)
        {
            var pause = Task.Delay(left < LongestPause ? left : LongestPause, _time, cancellationToken);
            StillRunning?.Invoke();
            await pause.ConfigureAwait(false);
        }
    }

    private ModelFailure NoList(string text) =>
        (ForeignJson.ParseOrNull(text) is { } root ? ServerErrors.InAnswer(root, _endpoint) : null)
        ?? ServerErrors.NotAnApi(_endpoint, $"{(ServerErrors.LooksLikeHtml(text) ? "a web page" : "something")} ({ServerErrors.Words(text, 200)})");

    private ModelFailure Mismatch(IReadOnlyList<(string Id, string Name)> served)
    {
        var names = string.Join(", ", served.Select(s => s.Id).Distinct().Take(8).Select(n => Printable.Line(n, 80)));
        return new ModelFailure(
            ModelFailureKind.ModelMismatch,
            $"the server at {_endpoint.Url.GetLeftPart(UriPartial.Path)} does not serve `{_endpoint.Name}`; it serves {names}: correct the model's name or load that model");
    }
}
