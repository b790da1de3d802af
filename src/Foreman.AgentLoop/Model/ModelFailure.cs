namespace Foreman.AgentLoop.Model;

/// <summary>Why the model gave no usable answer, in words and numbers that people and the loop can act on.</summary>
/// <param name="Kind">The class of the failure.</param>
/// <param name="Message">What happened, where and what to do; holds no secret.</param>
internal sealed record ModelFailure(ModelFailureKind Kind, string Message)
{
    /// <summary>For <see cref="ModelFailureKind.ContextOverflow"/>: the size of the prompt, when the server says it.</summary>
    internal int? PromptTokens { get; init; }

    /// <summary>True when <see cref="PromptTokens"/> is the least that the prompt has: the server stopped counting there.</summary>
    internal bool PromptIsAtLeast { get; init; }

    /// <summary>For <see cref="ModelFailureKind.ContextOverflow"/>: the window of one slot, when the server says it.</summary>
    internal int? ContextTokens { get; init; }

    /// <summary>How long the server asked us to wait.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>True when the server's words are about images: a refusal of a request that carried some is then one of the images.</summary>
    internal bool SpeaksOfImages { get; init; }

    /// <summary>A field of our request that this server does not take, when it names one.</summary>
    internal string? RejectedField { get; init; }
}

/// <summary>Classes of <see cref="ModelFailure"/>.</summary>
internal enum ModelFailureKind
{
    /// <summary>No connection: refused, no route, unknown name, TLS.</summary>
    Unreachable,

    /// <summary>Connected, but no response header within the deadline.</summary>
    NoResponse,

    /// <summary>The answer began and then fell silent.</summary>
    Silent,

    /// <summary>The connection ended before the answer did.</summary>
    Cut,

    /// <summary>503 while the model is being loaded.</summary>
    Loading,

    /// <summary>The server has more requests than it takes.</summary>
    Busy,

    /// <summary>The server has not the memory for this request or this model.</summary>
    OutOfMemory,

    /// <summary>A 5xx, or an error inside a stream.</summary>
    ServerError,

    /// <summary>The server broke the answer off because the model repeated the same token.</summary>
    Repeating,

    /// <summary>The prompt does not fit the context.</summary>
    ContextOverflow,

    /// <summary>A 4xx: the same request will not do better.</summary>
    Rejected,

    /// <summary>The model, or its server, does not take the images of the request.</summary>
    ImagesRefused,

    /// <summary>401 or 403.</summary>
    Unauthorized,

    /// <summary>Something answers there, but no OpenAI-compatible API.</summary>
    NotAnApi,

    /// <summary>The server serves other models.</summary>
    ModelMismatch,
}

/// <summary>Carries a <see cref="ModelFailure"/> to the one who decides about it.</summary>
internal sealed class ModelException(ModelFailure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    internal ModelFailure Failure { get; } = failure;
}
