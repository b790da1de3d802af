using Foreman.Api;

namespace Foreman.AgentLoop.Model;

/// <summary>One message of a conversation, as it is sent to the model.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Content">The text; never empty for an assistant without calls, because servers refuse that on every later turn.</param>
/// <param name="Calls">The assistant's tool calls, in order.</param>
/// <param name="CallId">For a tool's result: the call that it answers.</param>
internal sealed record ChatMessage(ChatRole Role, string Content, IReadOnlyList<ToolCall>? Calls = null, string? CallId = null)
{
    /// <summary>Images that go with it, with their bytes.</summary>
    internal IReadOnlyList<SentImage> Images { get; init; } = [];

    internal static ChatMessage System(string content) => new(ChatRole.System, content);

    internal static ChatMessage User(string content) => new(ChatRole.User, content);

    internal static ChatMessage Assistant(string content, IReadOnlyList<ToolCall>? calls = null) => new(ChatRole.Assistant, content, calls);

    internal static ChatMessage Tool(string callId, string content) => new(ChatRole.Tool, content, CallId: callId);
}

/// <summary>Who speaks in a <see cref="ChatMessage"/>.</summary>
internal enum ChatRole
{
    System,
    User,
    Assistant,
    Tool,
}

