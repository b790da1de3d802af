using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>Reads what model servers say when they fail. Each server says it differently; the known ways are here.</summary>
internal static partial class ServerErrors
{
    /// <summary>Of a server's own words, so many characters stand in a message.</summary>
    internal const int MaxWords = 500;

    private static readonly string[] Droppable = ["temperature", "max_tokens", "parallel_tool_calls", "stream_options"];

    // llama.cpp and vLLM, ggml, MLX, Ollama.
    private static readonly string[] OutOfMemory = ["out of memory", "failed to allocate", "insufficient memory", "requires more system memory", "unable to allocate"];

    // Ollama, in releases that end such an answer with an error: "prediction aborted, token repeat limit reached".
    private const string TokenRepeat = "token repeat limit";

    // llama.cpp, Ollama, vLLM and SGLang, MLX, OpenRouter; the last is of templates that take no message of the user behind a result.
    private static readonly string[] OfImages = ["image", "multimodal", "multi-modal", "mmproj", "vision", "roles must alternate"];

    // What servers say begins the message; the rest may be the prompt itself.
    private const int ReadCharacters = 2000;

    /// <summary>The failure behind an HTTP status and its body.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="body">The beginning of the body.</param>
    /// <param name="endpoint">Where it came from, for the message.</param>
    /// <param name="retryAfter">The header's value, if any.</param>
    internal static ModelFailure FromStatus(int status, string body, ModelEndpoint endpoint, TimeSpan? retryAfter)
    {
        if (LooksLikeHtml(body) && status is < 500 and not (401 or 403 or 408 or 429))
        {
            return NotAnApi(endpoint, $"a web page ({Words(body, 200)})");
        }

        var error = ForeignJson.ParseOrNull(body) is { ValueKind: JsonValueKind.Object } root ? root : (JsonElement?)null;
        var (said, where) = (error is { } e ? Said(e) : body, $"{endpoint} answered {status.ToString(CultureInfo.InvariantCulture)}");
        return Failure(status, error, said, words => words.Length > 0 ? $"{where}: {words}" : where) with { RetryAfter = retryAfter };
    }

    /// <summary>The error that an answer with status 200, or an event of it, reports.</summary>
    /// <param name="root">Its JSON.</param>
    /// <param name="endpoint">Where it came from, for the message.</param>
    /// <param name="isError">True when the server has called it an error already.</param>
    /// <returns>Null when it is none.</returns>
    internal static ModelFailure? InAnswer(JsonElement root, ModelEndpoint endpoint, bool isError = false)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var choice = root.TryGetProperty("choices", out var choices) && choices.ValueKind is JsonValueKind.Array && choices.GetArrayLength() > 0 ? choices[0] : (JsonElement?)null;
        var error = isError || HasError(root) || (choice is null && IsErrorObject(root)) ? root
            : choice is { ValueKind: JsonValueKind.Object } c && (HasError(c) || ChatChunkReader.Word(c, "finish_reason") is "error") ? c
            : (JsonElement?)null;
        return error is { } e ? Failure(Code(e), e, Said(e), words => Reported(words, endpoint)) : null;
    }

    /// <summary>The error that a server wrote as plain words into its answer.</summary>
    /// <param name="text">Its words.</param>
    /// <param name="endpoint">Where it came from, for the message.</param>
    internal static ModelFailure FromText(string text, ModelEndpoint endpoint) =>
        Failure(0, null, text, words => Reported(words, endpoint));

    /// <summary>Something else than a model server answers at this address.</summary>
    internal static ModelFailure NotAnApi(ModelEndpoint endpoint, string what) => new(
        ModelFailureKind.NotAnApi,
        $"{endpoint.Url.GetLeftPart(UriPartial.Path)} answered {what} instead of JSON: no OpenAI-compatible model server is there; check the URL");

    internal static bool LooksLikeHtml(string body) => body.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("<", StringComparison.Ordinal);

    /// <summary>A server's own words, made safe to show: on one line, without tags, without control characters.</summary>
    /// <param name="text">From a server.</param>
    /// <param name="max">The most characters.</param>
    internal static string Words(string text, int max) =>
        Printable.Line(Base64Run().Replace((LooksLikeHtml(text) ? HtmlWords.Of(text) : text).Trim(), "(base64)"), max);

    // The words come first: a summary is short, and the name of an endpoint may be long.
    private static string Reported(string words, ModelEndpoint endpoint) => $"the model server reported an error: {words} (in the answer of {endpoint})";

    private static ModelFailure Failure(int status, JsonElement? error, string said, Func<string, string> tell)
    {
        var message = tell(Words(said, MaxWords));
        if (Overflow(error, said, message) is { } overflow)
        {
            return overflow;
        }

        return Classified(status, said, message) with { SpeaksOfImages = SpeaksOfImages(said) };
    }

    private static ModelFailure Classified(int status, string said, string message) => status switch
    {
        401 or 403 => new(ModelFailureKind.Unauthorized, $"{message}; check the API key of the model server"),
        404 => new(ModelFailureKind.NotAnApi, $"{message}; check the URL and the model's name"),
        >= 500 or < 300 when said.Contains(TokenRepeat, StringComparison.OrdinalIgnoreCase) => new(ModelFailureKind.Repeating, message),
        >= 429 or < 300 when IsOutOfMemory(said) => new(ModelFailureKind.OutOfMemory, $"{message}; load a smaller model there, or give it a smaller context"),
        503 or 0 when IsLoading(said) => new(ModelFailureKind.Loading, message),
        429 or 503 or 408 => new(ModelFailureKind.Busy, message),
        >= 500 or < 300 => new(ModelFailureKind.ServerError, message),
        < 400 => new(ModelFailureKind.NotAnApi, $"{message}; it redirects, so no model server is there: check the URL"),
        _ => new(ModelFailureKind.Rejected, message) { RejectedField = Array.Find(Droppable, f => said.Contains(f, StringComparison.OrdinalIgnoreCase)) },
    };

    /// <summary>Null, false and what is empty are no errors: some servers send the field with every chunk.</summary>
    private static bool HasError(JsonElement root) => root.TryGetProperty("error", out var error) && error.ValueKind switch
    {
        JsonValueKind.String => error.GetString()!.Length > 0,
        JsonValueKind.Object => error.EnumerateObject().Any(),
        JsonValueKind.Array => error.GetArrayLength() > 0,
        JsonValueKind.Number => ChatChunkReader.Number(root, "error") is not 0d,
        JsonValueKind.True => true,
        _ => false,
    };

    /// <summary>An object that is an error itself: vLLM's <c>object: error</c>, FastAPI's <c>detail</c>, and a code or a flag beside a message.</summary>
    private static bool IsErrorObject(JsonElement root)
    {
        var hasMessage = ChatChunkReader.Word(root, "message") is not null || ChatChunkReader.Word(root, "msg") is not null;
        return ChatChunkReader.Word(root, "object") is "error"
            || ChatChunkReader.Word(root, "type") is "error"
            || (root.TryGetProperty("detail", out var detail) && detail.ValueKind is JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object)
            || (hasMessage && (Code(root) >= 400 || ChatChunkReader.Word(root, "status") is "error" || (root.TryGetProperty("success", out var success) && success.ValueKind is JsonValueKind.False)));
    }

    /// <summary>The HTTP status that an error object names; 0 when it names none.</summary>
    private static int Code(JsonElement root)
    {
        var error = ChatChunkReader.Object(root, "error") ?? root;
        foreach (var name in (string[])["code", "status_code", "status"])
        {
            var number = ChatChunkReader.Number(error, name)
                ?? (int.TryParse(ChatChunkReader.Word(error, name), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null);
            if (number is >= 400 and < 600)
            {
                return (int)number;
            }
        }

        return 0;
    }

    private static string Said(JsonElement root)
    {
        if (ChatChunkReader.Object(root, "error") is { } error)
        {
            return Message(error) ?? error.GetRawText();
        }

        return Long(root, "error") ?? Message(root) ?? ChatChunkReader.Word(root, "status") ?? root.GetRawText();
    }

    private static string? Message(JsonElement error) =>
        Long(error, "message") ?? Long(error, "msg") ?? (error.TryGetProperty("detail", out var detail) ? Detail(detail) : null);

    /// <summary>FastAPI writes a text, or a list of what is wrong with which field.</summary>
    private static string? Detail(JsonElement detail) => detail.ValueKind switch
    {
        JsonValueKind.String => detail.GetString(),
        JsonValueKind.Object => Message(detail) ?? detail.GetRawText(),
        JsonValueKind.Array => string.Join("; ", detail.EnumerateArray().Take(5).Select(d => d.ValueKind is JsonValueKind.Object && Long(d, "msg") is { } msg ? $"{Field(d)}{msg}" : d.GetRawText())),
        _ => null,
    };

    private static string Field(JsonElement detail) =>
        detail.TryGetProperty("loc", out var where) && where.ValueKind is JsonValueKind.Array && where.GetArrayLength() > 0
            ? $"{string.Join('.', where.EnumerateArray().Take(8).Select(p => p.ToString()))}: "
            : "";

    private static string? Long(JsonElement parent, string name) => ChatChunkReader.Text(parent, name) is { Length: > 0 } text ? text : null;

    private static ModelFailure? Overflow(JsonElement? root, string said, string message)
    {
        // A page of a proxy may hold any words.
        if (root is null && LooksLikeHtml(said))
        {
            return null;
        }

        var error = root is { } json ? ChatChunkReader.Object(json, "error") ?? json : (JsonElement?)null;
        return ContextLimits.Read(error, said) is { } limits
            ? new ModelFailure(ModelFailureKind.ContextOverflow, message)
            {
                PromptTokens = limits.Prompt,
                PromptIsAtLeast = limits.PromptIsAtLeast,
                ContextTokens = limits.Window,
            }
            : null;
    }

    private static bool SpeaksOfImages(string said) =>
        (said.Length > ReadCharacters ? said[..ReadCharacters] : said) is var begun && Array.Exists(OfImages, w => begun.Contains(w, StringComparison.OrdinalIgnoreCase));

    // Some servers repeat the image that they refuse, and nothing of it may reach logs and results.
    [GeneratedRegex("data:image/[a-z+.-]{1,40};base64,[A-Za-z0-9+/=]*|(?=[A-Za-z0-9+/]{0,63}[0-9])(?=[A-Za-z0-9+/]{0,63}[A-Z])[A-Za-z0-9+/]{64,}={0,2}", RegexOptions.CultureInvariant)]
    private static partial Regex Base64Run();

    private static bool IsOutOfMemory(string said) => Array.Exists(OutOfMemory, w => said.Contains(w, StringComparison.OrdinalIgnoreCase));

    private static bool IsLoading(string said) => said.Contains("loading", StringComparison.OrdinalIgnoreCase);
}
