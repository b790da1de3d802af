using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Foreman.AgentLoop.Model;

/// <summary>The numbers of a server that refuses a request as larger than its window; each server words them differently.</summary>
/// <param name="Window">Tokens of prompt and answer together; null when it is not said.</param>
/// <param name="Prompt">Tokens of the prompt; null when it is not said.</param>
/// <param name="PromptIsAtLeast">True when the server stopped counting there.</param>
internal sealed partial record ContextLimits(int? Window, int? Prompt, bool PromptIsAtLeast = false)
{
    // What servers say begins the message; the rest may be the prompt itself.
    private const int ReadCharacters = 2000;

    // Nobody's window is larger; what is, is no number of tokens.
    private const int MaxTokens = 1_000_000_000;

    private static readonly string[] Phrases =
        ["context size", "context length", "context window", "maximum model length", "`max_new_tokens` must be <=", "`inputs` must have less than", "max_tokens must be at least 1, got -"];

    /// <summary>Reads an error.</summary>
    /// <param name="error">The error object; null of a server that writes only words.</param>
    /// <param name="said">Its message.</param>
    /// <returns>Null when the error is another.</returns>
    internal static ContextLimits? Read(JsonElement? error, string said)
    {
        said = said.Length > ReadCharacters ? said[..ReadCharacters] : said;
        var isOverflow = Text(error, "type") is "exceed_context_size_error"
            || Text(error, "code") is "context_length_exceeded"
            || Array.Exists(Phrases, p => said.Contains(p, StringComparison.OrdinalIgnoreCase));
        if (!isOverflow)
        {
            return null;
        }

        var prompt = PromptWords().Match(said);
        return new ContextLimits(
            Tokens(Number(error, "n_ctx")) ?? Tokens(WindowWords().Match(said)),
            Tokens(Number(error, "n_prompt_tokens")) ?? Tokens(prompt),
            prompt.Success && prompt.Value.StartsWith("at least", StringComparison.OrdinalIgnoreCase));
    }

    private static string? Text(JsonElement? error, string name) => error is { } json ? ChatChunkReader.Text(json, name) : null;

    private static double? Number(JsonElement? error, string name) => error is { } json ? ChatChunkReader.Number(json, name) : null;

    private static int? Tokens(double? number) => number is >= 1 and <= MaxTokens ? (int)number : null;

    private static int? Tokens(Match match) => match.Groups.Values.Skip(1).FirstOrDefault(g => g.Success) is { } number
        && int.TryParse(number.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens is >= 1 and <= MaxTokens
            ? tokens
            : null;

    // vLLM, SGLang and OpenAI: "maximum context length is N tokens"; LM Studio: "context length of only N", "n_ctx: N";
    // llama.cpp: "context size (N tokens)"; TGI: "must be <= N", "must have less than N tokens".
    [GeneratedRegex(
        @"(?:context (?:length|size|window)|maximum model length)(?: is| of)?(?: only)?(?: at most)? \(?([0-9]{1,10})(?![0-9])|\bn_ctx\W{1,3}([0-9]{1,10})(?![0-9])|must be <= ([0-9]{1,10})(?![0-9])|must have less than ([0-9]{1,10}) tokens",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WindowWords();

    // vLLM: "(P in the messages, C in the completion)", "P input tokens", "decoder prompt (length P)"; SGLang: "P tokens from the input
    // messages", "input (P tokens)"; LM Studio: "keep the first P tokens", "n_keep: P"; llama.cpp: "request (P tokens)"; llama-cpp-python:
    // "Requested tokens (P)"; TGI: "P `inputs` tokens", "Given: P"; OpenAI: "messages resulted in P tokens", "P in your prompt".
    [GeneratedRegex(
        @"(?:at least )?\b([0-9]{1,10}) (?:in the messages|in your prompt|in the prompt|input tokens|prompt tokens|tokens from the input|`inputs` tokens)|(?:keep the first|resulted in|prompt has) ([0-9]{1,10}) tokens|\bn_keep\W{1,3}([0-9]{1,10})|(?:request|input|prompt|Requested tokens) \((?:length )?([0-9]{1,10})|Given: ([0-9]{1,10})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PromptWords();
}
