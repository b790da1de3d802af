using System.Text.Json;
using Foreman.Tools;

namespace Foreman.AgentLoop.Model;

/// <summary>What is asked of the model in one turn.</summary>
internal sealed record ChatRequest
{
    internal required string Model { get; init; }

    internal required IReadOnlyList<ChatMessage> Messages { get; init; }

    internal IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    /// <summary>JSON schema that the server holds the answer to; null leaves it free.</summary>
    internal string? AnswerSchema { get; init; }

    /// <summary>Always sent: some servers stop at 512 tokens when it is missing.</summary>
    internal required int MaxTokens { get; init; }

    /// <summary>Null leaves it to the server.</summary>
    internal double? Temperature { get; init; }

    /// <summary>Forwarded as they stand.</summary>
    internal IReadOnlyDictionary<string, JsonElement>? ChatTemplateKwargs { get; init; }
}
