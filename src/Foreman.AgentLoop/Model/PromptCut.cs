namespace Foreman.AgentLoop.Model;

/// <summary>Tells a prompt of which a server has read a part only, from its own counts: it answers as if nothing were missing.</summary>
/// <param name="Messages">Messages that were sent.</param>
/// <param name="Bytes">Bytes that were sent.</param>
/// <param name="Tokens">Tokens of it that the server says it has read; 0 when it does not say.</param>
internal readonly record struct PromptCut(int Messages, long Bytes, long Tokens)
{
    /// <summary>Servers count a few tokens differently from one request to the next.</summary>
    private const int Margin = 8;

    /// <summary>True when the prompt filled the whole window, so that no answer had room, or a longer conversation has fewer tokens than its beginning.</summary>
    /// <param name="before">The request before.</param>
    /// <param name="now">This request.</param>
    /// <param name="window">Tokens of the server's window; null when it is not known.</param>
    internal static bool IsCut(PromptCut before, PromptCut now, int? window) => now.Tokens > 0
        && (now.Tokens >= window
            || (before.Tokens > 0 && now.Messages > before.Messages && now.Bytes > before.Bytes && now.Tokens < before.Tokens - Margin));
}
