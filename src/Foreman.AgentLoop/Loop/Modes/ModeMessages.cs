using System.Text;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Loop.Modes;

/// <summary>
/// A conversation as it is sent in a mode. Pure, and message by message, so that a longer conversation begins with the text of the
/// shorter one: a server's prompt cache stays warm in every mode.
/// </summary>
internal static class ModeMessages
{
    private const string Open = "<tool_response>";
    private const string Close = "</tool_response>";

    /// <summary>The messages of a request.</summary>
    /// <param name="mode">How tools are offered.</param>
    /// <param name="toolText">What the system message says of them.</param>
    /// <param name="messages">The conversation as the run knows it.</param>
    internal static IReadOnlyList<ChatMessage> Of(RequestMode mode, string toolText, IEnumerable<ChatMessage> messages)
    {
        if (mode is RequestMode.Native)
        {
            return [.. messages];
        }

        var sent = new List<ChatMessage>();
        foreach (var message in messages)
        {
            var next = Rendered(mode, toolText, message);

            // Many templates refuse two messages of one side in a row; between two answers nothing is asked, so they are never sent apart.
            if (next.Role is ChatRole.User && sent is [.., { Role: ChatRole.User } last])
            {
                sent[^1] = last with { Content = $"{last.Content}\n{next.Content}", Images = next.Images.Count == 0 ? last.Images : [.. last.Images, .. next.Images] };
            }
            else
            {
                sent.Add(next);
            }
        }

        return sent;
    }

    private static ChatMessage Rendered(RequestMode mode, string toolText, ChatMessage message) => message switch
    {
        { Role: ChatRole.System } => message with { Content = $"{message.Content}\n\n{toolText}" },
        { Role: ChatRole.Assistant, Calls: { Count: > 0 } } => message with { Content = WithCalls(mode, message), Calls = null },

        // Text of a file must not be able to end the result and go on as the user.
        { Role: ChatRole.Tool } => message with { Role = ChatRole.User, Content = $"{Open}\n{message.Content.Replace("</tool_", "< /tool_", StringComparison.Ordinal)}\n{Close}", CallId = null },
        _ => message,
    };

    private static string WithCalls(RequestMode mode, ChatMessage message)
    {
        var text = new StringBuilder(message.Content);
        foreach (var call in message.Calls!)
        {
            _ = text.Length > 0 ? text.Append('\n') : text;
            var json = $$"""{"name": "{{call.Name}}", "arguments": {{call.Arguments}}}""";
            _ = mode is RequestMode.Structured ? text.Append(json) : text.Append("<tool_call>\n").Append(json).Append("\n</tool_call>");
        }

        return text.ToString();
    }
}
