using System.Text.Json;

namespace Foreman.AgentLoop.Model;

/// <summary>What is asked of the model in one turn.</summary>
internal sealed record ChatRequest
{
    internal required string Model { get; init; }

    internal required IReadOnlyList<ChatMessage> Messages { get; init; }

    internal IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    /// <summary>Always sent: some servers stop at 512 tokens when it is missing.</summary>
    internal required int MaxTokens { get; init; }

    /// <summary>Null leaves it to the server.</summary>
    internal double? Temperature { get; init; }

    /// <summary>Forwarded as they stand.</summary>
    internal IReadOnlyDictionary<string, JsonElement>? ChatTemplateKwargs { get; init; }
}

/// <summary>A tool as the model sees it.</summary>
/// <param name="Name">What the model calls.</param>
/// <param name="Description">When and how to use it.</param>
/// <param name="Parameters">The JSON Schema of the arguments, as text: llama.cpp forces the order of its properties on the output.</param>
/// <param name="Strict">Asks servers that know it for guaranteed arguments; possible only when every property is required.</param>
internal sealed record ToolDefinition(string Name, string Description, string Parameters, bool Strict = false);
