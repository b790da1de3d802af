using System.Globalization;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.AgentLoop.Model;

/// <summary>Reads what model servers say when they fail. Each server says it differently; the known ways are here.</summary>
internal static class ServerErrors
{
    private static readonly string[] Droppable = ["temperature", "max_tokens", "parallel_tool_calls", "stream_options"];

    /// <summary>The failure behind an HTTP status and its body.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="body">The beginning of the body.</param>
    /// <param name="endpoint">Where it came from, for the message.</param>
    /// <param name="retryAfter">The header's value, if any.</param>
    internal static ModelFailure FromStatus(int status, string body, ModelEndpoint endpoint, TimeSpan? retryAfter)
    {
        var where = $"{endpoint} answered {status.ToString(CultureInfo.InvariantCulture)}";
        if (LooksLikeHtml(body) && status is < 500)
        {
            return NotAnApi(endpoint, "a web page");
        }

        var error = Parse(body);
        var said = error is { } e ? Said(e) : body;
        var message = said.Length > 0 ? $"{where}: {Printable.Line(said, 300)}" : where;
        if (error is { } json && Overflow(json, said, message) is { } overflow)
        {
            return overflow;
        }

        return status switch
        {
            401 or 403 => new(ModelFailureKind.Unauthorized, $"{message}; check the API key of the model server"),
            404 => new(ModelFailureKind.NotAnApi, $"{message}; check the URL and the model's name"),
            503 when IsLoading(said) => new(ModelFailureKind.Loading, message) { RetryAfter = retryAfter },
            429 or 503 or 408 => new(ModelFailureKind.Busy, message) { RetryAfter = retryAfter },
            >= 500 => new(ModelFailureKind.ServerError, message) { RetryAfter = retryAfter },
            >= 300 and < 400 => NotAnApi(endpoint, "a redirection"),
            _ => new(ModelFailureKind.Rejected, message) { RejectedField = Array.Find(Droppable, f => said.Contains(f, StringComparison.OrdinalIgnoreCase)) },
        };
    }

    /// <summary>The failure behind an error object, in a stream or in a 200 answer.</summary>
    internal static ModelFailure FromBody(JsonElement root, string context)
    {
        var said = Said(root);
        var message = $"{context}: {Printable.Line(said, 300)}";
        return Overflow(root, said, message) ?? new ModelFailure(IsLoading(said) ? ModelFailureKind.Loading : ModelFailureKind.ServerError, message);
    }

    /// <summary>Something else than a model server answers at this address.</summary>
    internal static ModelFailure NotAnApi(ModelEndpoint endpoint, string what) => new(
        ModelFailureKind.NotAnApi,
        $"{endpoint.Url.GetLeftPart(UriPartial.Path)} answered {what} instead of JSON: no OpenAI-compatible model server is there; check the URL");

    internal static bool LooksLikeHtml(string body) => body.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal);

    private static JsonElement? Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Said(JsonElement root)
    {
        if (ChatChunkReader.Object(root, "error") is { } error)
        {
            return ChatChunkReader.Text(error, "message") ?? error.GetRawText();
        }

        return ChatChunkReader.Text(root, "error") ?? ChatChunkReader.Text(root, "message") ?? ChatChunkReader.Text(root, "detail")
            ?? ChatChunkReader.Text(root, "status") ?? root.GetRawText();
    }

    private static ModelFailure? Overflow(JsonElement root, string said, string message)
    {
        var error = ChatChunkReader.Object(root, "error") ?? root;
        var isOverflow = ChatChunkReader.Text(error, "type") is "exceed_context_size_error"
            || ChatChunkReader.Text(error, "code") is "context_length_exceeded"
            || said.Contains("context size", StringComparison.OrdinalIgnoreCase)
            || said.Contains("context length", StringComparison.OrdinalIgnoreCase);
        return isOverflow
            ? new ModelFailure(ModelFailureKind.ContextOverflow, message)
            {
                PromptTokens = (int?)ChatChunkReader.Number(error, "n_prompt_tokens"),
                ContextTokens = (int?)ChatChunkReader.Number(error, "n_ctx"),
            }
            : null;
    }

    private static bool IsLoading(string said) => said.Contains("loading", StringComparison.OrdinalIgnoreCase);
}
