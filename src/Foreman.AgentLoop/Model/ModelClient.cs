using System.Collections.Immutable;
using System.Text;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>
/// A client of one model that retries: waits while it loads, repeats what may succeed the second time, then asks one other server
/// of the same model if there is one, and gives up with a reason.
/// </summary>
internal sealed class ModelClient : IDisposable
{
    // A wait between two tries can take minutes, and whoever follows the run must be able to tell it from one that hangs.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Fewer prompt tokens than these say little about the speed of a server: most of their time is its overhead.
    private const int MeasurableTokens = 64;

    // No model has to compute for it.
    private static readonly TimeSpan CountTimeout = TimeSpan.FromSeconds(10);

    private readonly ModelClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _jitter;
    private ModelEndpoint _endpoint;
    private ModelEndpoint? _other;
    private ModelTransport _transport;
    private ImmutableHashSet<string> _omit = [];
    private string? _nameThere;
    private bool _isOllama;
    private bool _isVllm;
    private bool? _takesImages;
    private bool _isLlamaCpp;
    private bool _countsChats;
    private double _prefill;
    private PromptCut _lastPrompt;

    /// <param name="endpoint">Where the model is.</param>
    /// <param name="options">Timeouts and number of retries.</param>
    /// <param name="time">The clock of all deadlines.</param>
    /// <param name="jitter">Spreads repetitions.</param>
    internal ModelClient(ModelEndpoint endpoint, ModelClientOptions options, TimeProvider time, Random jitter)
    {
        (_endpoint, _options, _time, _jitter) = (endpoint, options, time, jitter);
        _other = endpoint.Alternatives is [var other, ..] ? other : null;
        _transport = Open(endpoint);
        _prefill = endpoint.PromptTokensPerSecond ?? 0;
    }

    /// <summary>The window that the server gives this run, in tokens; null when it did not say.</summary>
    internal int? ContextTokens { get; private set; }

    /// <summary>True when the server counts the tokens of prompts.</summary>
    internal bool CountsTokens => _isLlamaCpp || _countsChats;

    /// <summary>Called with what is waited for, anew before each try; with null when the wait is over.</summary>
    internal Action<ModelWait?>? Waiting { get; init; }

    /// <summary>Called with a server that lacked memory for a request, and what it said; each time.</summary>
    internal Action<Uri, string>? ShortOfMemory { get; init; }

    /// <summary>Called when bytes of an answer have come, and at least every 30 s while it is waited for the next try.</summary>
    internal Action? StillRunning { get; init; }

    /// <summary>Asks the server which models it serves and finds ours among them.</summary>
    /// <returns>The name to ask for: the server's own id; the asked name when it lists nothing.</returns>
    /// <exception cref="ModelException">Not reachable, no model server, or <see cref="ModelFailureKind.ModelMismatch"/>.</exception>
    internal Task<string> IdentifyAsync(CancellationToken cancellationToken) => RetryAsync(() => IdentifyOnceAsync(cancellationToken), cancellationToken);

    /// <summary>Asks the model for its next turn.</summary>
    /// <exception cref="ModelException">No answer within all retries.</exception>
    internal Task<ChatAnswer> CompleteAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        // No tokenizer makes more than some dozens of characters of a token; what is longer was not limited by the server.
        var maxCharacters = (int)Math.Clamp(request.MaxTokens * 64L, 1 << 20, AnswerAssembler.MaxBytes);
        return RetryAsync(() => CompleteOnceAsync(request, maxCharacters, cancellationToken), cancellationToken);
    }

    /// <summary>The exact number of tokens of a request's prompt, by the server's own template and tokenizer; no answer is made.</summary>
    /// <returns>Null when the server does not say it.</returns>
    internal async Task<long?> CountAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return _isLlamaCpp ? await CountOnceAsync(request, cancellationToken).ConfigureAwait(false)
                : _countsChats ? await CountChatAsync(request, cancellationToken).ConfigureAwait(false)
                : null;
        }
        catch (ModelException e) when (_countsChats && e.Failure.Kind is ModelFailureKind.Rejected or ModelFailureKind.NotAnApi)
        {
            // SGLang before it took conversations, and a proxy that lets nothing through but the common API.
            _countsChats = false;
            return null;
        }
        catch (ModelException)
        {
            // The guess is good enough to go on with; a server that is gone is found out by the next request.
            return null;
        }
    }

    public void Dispose() => _transport.Dispose();

    private ModelTransport Open(ModelEndpoint endpoint) => new(endpoint, _options, _time) { Received = () => StillRunning?.Invoke() };

    private async Task<string> IdentifyOnceAsync(CancellationToken cancellationToken)
    {
        var body = await _transport.GetAsync(_endpoint.Resolve("models"), cancellationToken).ConfigureAwait(false);
        if (body is null)
        {
            return _endpoint.Name;
        }

        var served = ModelIdentity.Read(body) ?? throw new ModelException(NoList(Encoding.UTF8.GetString(body)));
        var name = served.Count == 0 ? _endpoint.Name : ModelIdentity.Find(_endpoint.Name, served) ?? throw new ModelException(Mismatch(served));
        _isVllm = ModelIdentity.IsVllm(body);
        _countsChats = _isVllm || ModelIdentity.IsSglang(body);
        _takesImages = null;
        _isOllama = ModelIdentity.MayBeOllama(body)
            && await _transport.GetAsync(_endpoint.ResolveNative(OllamaApi.Version), cancellationToken).ConfigureAwait(false) is { } version
            && OllamaApi.IsVersion(version);
        _isLlamaCpp = !_isOllama && ModelIdentity.IsLlamaCpp(body);
        ContextTokens = ModelIdentity.ContextOf(body, name);
        if (_isOllama)
        {
            await SetWindowAsync(name, cancellationToken).ConfigureAwait(false);
        }
        else if (_isLlamaCpp)
        {
            await ReadWindowAsync(LlamaApi.Props, b => LlamaApi.ContextOf(b), cancellationToken).ConfigureAwait(false);
        }
        else if (ModelIdentity.MayBeLmStudio(body))
        {
            await ReadWindowAsync(LmStudioApi.Models, b => LmStudioApi.ContextOf(b, name), cancellationToken).ConfigureAwait(false);
        }

        return name;
    }

    /// <summary>Loads the model with the run's window, and reads back what the server made of it.</summary>
    private async Task SetWindowAsync(string name, CancellationToken cancellationToken)
    {
        var patience = _options.LoadingBudget > _options.ResponseTimeout ? _options.LoadingBudget : _options.ResponseTimeout;
        var load = new ModelCall(_endpoint.ResolveNative(OllamaApi.Generate), OllamaApi.WriteLoad(name, _options.ContextTokens));
        try
        {
            await LoadAsync(name, _transport.PostAsync(load, patience, cancellationToken), patience, cancellationToken).ConfigureAwait(false);
        }
        catch (ModelException e) when (e.Failure.Kind is ModelFailureKind.NotAnApi)
        {
            // Programs that stand in for Ollama may have its list and its version, and only the OpenAI-compatible API beside them.
            _isOllama = false;
            return;
        }

        ContextTokens = await _transport.GetAsync(_endpoint.ResolveNative(OllamaApi.Running), cancellationToken).ConfigureAwait(false) is { } running
            ? OllamaApi.ContextOf(running, name)
            : null;
    }

    /// <summary>Waits until a model is loaded; a load that takes longer than a pause is told as a wait.</summary>
    private async Task LoadAsync(string name, Task loading, TimeSpan patience, CancellationToken cancellationToken)
    {
        var since = _time.GetUtcNow();
        var wait = new ModelWait(ModelWaitReason.Loading, $"{_endpoint} loads {Printable.Line(name, ModelName.MaxLength)}", since, since + patience);
        var isTold = false;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (await Task.WhenAny(loading, Task.Delay(LongestPause, _time, ended.Token)).ConfigureAwait(false) != loading && !cancellationToken.IsCancellationRequested)
        {
            Waiting?.Invoke(wait);
            StillRunning?.Invoke();
            isTold = true;
        }

        await ended.CancelAsync().ConfigureAwait(false);
        await loading.ConfigureAwait(false);
        if (isTold)
        {
            Waiting?.Invoke(null);
        }
    }

    /// <summary>Reads back what one run has; a server that keeps it to itself is as good as before.</summary>
    private async Task ReadWindowAsync(string path, Func<byte[], int?> read, CancellationToken cancellationToken)
    {
        try
        {
            ContextTokens = await _transport.GetAsync(_endpoint.ResolveNative(path), cancellationToken).ConfigureAwait(false) is { } body
                ? read(body) ?? ContextTokens
                : ContextTokens;
        }
        catch (ModelException e) when (e.Failure.Kind is ModelFailureKind.Rejected or ModelFailureKind.Unauthorized or ModelFailureKind.ServerError)
        {
            // It may be closed by a flag of the server; its refusal of a long prompt tells the window then.
        }
    }

    private async Task<long?> CountOnceAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        var chat = ChatRequestWriter.Write(_nameThere is { } name ? request with { Model = name } : request, _omit);
        var applied = await _transport.PostAsync(new ModelCall(_endpoint.ResolveNative(LlamaApi.ApplyTemplate), chat), CountTimeout, cancellationToken).ConfigureAwait(false);
        if (LlamaApi.PromptOf(applied) is not { } prompt)
        {
            return null;
        }

        var tokenize = new ModelCall(_endpoint.ResolveNative(LlamaApi.Tokenize), LlamaApi.WriteTokenize(prompt));
        return LlamaApi.CountOf(await _transport.PostAsync(tokenize, CountTimeout, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Null also when the count is less than that of a shorter prompt before: the server has left something out, such as the tools.</summary>
    private async Task<long?> CountChatAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        request = _nameThere is { } name ? request with { Model = name } : request;
        var call = new ModelCall(_endpoint.ResolveNative(TokenizeApi.Path), TokenizeApi.Write(request, _isVllm));
        var count = TokenizeApi.CountOf(await _transport.PostAsync(call, CountTimeout, cancellationToken).ConfigureAwait(false));
        return request.Messages.Count >= _lastPrompt.Messages && count < _lastPrompt.Tokens ? null : count;
    }

    private async Task<ChatAnswer> CompleteOnceAsync(ChatRequest request, int maxCharacters, CancellationToken cancellationToken)
    {
        var images = request.Messages.SelectMany(m => m.Images).ToList();
        request = _nameThere is { } name ? request with { Model = name } : request;
        await ThrowIfBlindAsync(request.Model, images.Count, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            try
            {
                var call = CallOf(request);
                var bytes = call.Body.Length - images.Sum(ImageCost.BytesBeyondTokens);
                var firstToken = FirstTokenDeadline.Of(_options.ResponseTimeout, bytes, _prefill);
                var answer = await _transport.CompleteAsync(call, maxCharacters, firstToken, cancellationToken).ConfigureAwait(false);
                _prefill = answer.Timings is { PromptTokens: >= MeasurableTokens, PromptTokensPerSecond: > 0 and var speed } ? speed : _prefill;
                ThrowIfUnread(answer);
                ThrowIfCut(new PromptCut(request.Messages.Count, bytes, answer.Usage.PromptTokens));
                return answer;
            }
            catch (ModelException e) when (e.Failure.Kind is ModelFailureKind.Repeating)
            {
                // The model's fault and not the server's: the same request would bring the same, and the model must be told.
                return new ChatAnswer { RepeatsItself = true, FinishReason = AnswerAssembler.Repeating };
            }
            catch (ModelException e) when (e.Failure is { Kind: ModelFailureKind.ContextOverflow, ContextTokens: null } && ContextTokens is not null)
            {
                throw new ModelException(e.Failure with { ContextTokens = ContextTokens }, e);
            }
            catch (ModelException e) when (e.Failure is { Kind: ModelFailureKind.Rejected, RejectedField: { } field } && !_omit.Contains(field))
            {
                // Some servers refuse a field by name; it is left out from now on.
                _omit = _omit.Add(field);
            }
            catch (ModelException e) when (images.Count > 0 && e.Failure is { SpeaksOfImages: true, Kind: ModelFailureKind.Rejected or ModelFailureKind.ServerError or ModelFailureKind.NotAnApi })
            {
                throw new ModelException(e.Failure with { Kind = ModelFailureKind.ImagesRefused }, e);
            }
        }
    }

    private ModelCall CallOf(ChatRequest request) => _isOllama
        ? new ModelCall(_endpoint.ResolveNative(OllamaApi.Chat), OllamaApi.WriteChat(request, _options.ContextTokens))
        : new ModelCall(_endpoint.Resolve("chat/completions"), ChatRequestWriter.Write(request, _omit, _isVllm));

    /// <summary>Asks Ollama, once, before the first image: it leaves images out without a word when its model takes none.</summary>
    private async Task ThrowIfBlindAsync(string name, int images, CancellationToken cancellationToken)
    {
        if (images == 0 || !_isOllama)
        {
            return;
        }

        if (_takesImages is null)
        {
            var show = new ModelCall(_endpoint.ResolveNative(OllamaApi.Show), OllamaApi.WriteShow(name));
            _takesImages = OllamaApi.TakesImages(await _transport.PostAsync(show, _options.ResponseTimeout, cancellationToken).ConfigureAwait(false)) ?? true;
        }

        if (_takesImages == false)
        {
            throw new ModelException(new ModelFailure(ModelFailureKind.ImagesRefused, $"{_endpoint} says that this model takes no images: vision is not among its capabilities"));
        }
    }

    /// <summary>LM Studio answers a prompt over its window with nothing, as if the model had nothing to say.</summary>
    private void ThrowIfUnread(ChatAnswer answer)
    {
        if (ContextTokens is { } window && answer is { Content.Length: 0, Reasoning.Length: 0, Calls.Count: 0 } && answer.Usage.PromptTokens is > 0 and var prompt && prompt >= window)
        {
            throw new ModelException(new ModelFailure(ModelFailureKind.ContextOverflow, $"{_endpoint} answered nothing to a prompt that fills its window")
            {
                PromptTokens = (int)Math.Min(int.MaxValue, prompt),
                ContextTokens = window,
            });
        }
    }

    private void ThrowIfCut(PromptCut prompt)
    {
        if (_isOllama && PromptCut.IsCut(_lastPrompt, prompt, ContextTokens))
        {
            throw new ModelException(new ModelFailure(
                ModelFailureKind.ContextOverflow,
                $"{_endpoint} has read only {prompt.Tokens} tokens of the prompt and left out the rest without a word: give the model a larger context there")
            {
                ContextTokens = ContextTokens,
            });
        }

        _lastPrompt = prompt;
    }

    /// <summary>Goes on at the other server of the model, once; false when there is none, it does not serve, or the failure is not the server's.</summary>
    private async Task<bool> TryMoveAsync(ModelFailure failure, CancellationToken cancellationToken)
    {
        if (_other is not { } other || failure.Kind is ModelFailureKind.ContextOverflow or ModelFailureKind.Rejected or ModelFailureKind.ImagesRefused or ModelFailureKind.Unauthorized or ModelFailureKind.ModelMismatch)
        {
            return false;
        }

        Waiting?.Invoke(new ModelWait(ReasonOf(failure), $"{failure.Message}; going on at {other}", _time.GetUtcNow(), null));
        _transport.Dispose();
        (_endpoint, _other, _transport) = (other, null, Open(other));
        (_omit, _isOllama, _isLlamaCpp, _isVllm, _countsChats) = ([], false, false, false, false);
        (_lastPrompt, _prefill, ContextTokens) = (default, other.PromptTokensPerSecond ?? 0, null);
        try
        {
            _nameThere = await IdentifyOnceAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ModelException)
        {
            // The first server's failure says more about the run than that of its stand-in.
            return false;
        }
    }

    private async Task<T> RetryAsync<T>(Func<Task<T>> exchange, CancellationToken cancellationToken)
    {
        var history = default(RetryHistory);
        var since = (DateTimeOffset?)null;
        while (true)
        {
            try
            {
                var result = await exchange().ConfigureAwait(false);
                if (since is not null)
                {
                    Waiting?.Invoke(null);
                }

                return result;
            }
            catch (ModelException e)
            {
                if (e.Failure.Kind is ModelFailureKind.OutOfMemory)
                {
                    ShortOfMemory?.Invoke(_endpoint.Url, e.Failure.Message);
                }

                if (RetryPolicy.Next(history, e.Failure, _options, _jitter.NextDouble()) is { } next)
                {
                    history = next.History;
                    since ??= _time.GetUtcNow();
                    Waiting?.Invoke(new ModelWait(ReasonOf(e.Failure), e.Failure.Message, since.Value, EndOf(e.Failure, next.Delay, history)));
                    await WaitAsync(next.Delay, cancellationToken).ConfigureAwait(false);
                }
                else if (await TryMoveAsync(e.Failure, cancellationToken).ConfigureAwait(false))
                {
                    since ??= _time.GetUtcNow();
                }
                else
                {
                    throw;
                }
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

    private static ModelWaitReason ReasonOf(ModelFailure failure) => failure.Kind switch
    {
        ModelFailureKind.Loading => ModelWaitReason.Loading,
        ModelFailureKind.Busy or ModelFailureKind.OutOfMemory => ModelWaitReason.Busy,
        _ => ModelWaitReason.Failing,
    };

    /// <summary>A model that loads is given up at the end of its budget; otherwise the next try ends the wait.</summary>
    private DateTimeOffset EndOf(ModelFailure failure, TimeSpan delay, RetryHistory history) =>
        _time.GetUtcNow() + (failure.Kind is ModelFailureKind.Loading ? _options.LoadingBudget - history.Loading + delay : delay);

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
