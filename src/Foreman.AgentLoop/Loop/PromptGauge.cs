using System.Text;

namespace Foreman.AgentLoop.Loop;

/// <summary>
/// Guesses how many tokens a prompt has. The server's last count is the base; what came since is added by its size.
/// Before the first count there is only the size.
/// </summary>
/// <param name="Bytes">Size of the last prompt that the server counted; 0 before the first.</param>
/// <param name="Tokens">Its tokens.</param>
internal readonly record struct PromptGauge(long Bytes, long Tokens)
{
    /// <summary>English text has about four bytes a token, code about three.</summary>
    private const double TokensPerByte = 1 / 3.0;

    /// <summary>A chat template puts some bytes around each message.</summary>
    private const int BytesPerMessage = 16;

    /// <summary>Tokens of a prompt of this size.</summary>
    internal int Estimate(long bytes)
    {
        if (Bytes == 0)
        {
            return (int)Math.Min(int.MaxValue, bytes * TokensPerByte);
        }

        // A server that counts less than the text suggests leaves parts of it out; what is added may still count in full.
        var ratio = Math.Max((double)Tokens / Bytes, TokensPerByte);
        var estimate = bytes >= Bytes ? Tokens + ((bytes - Bytes) * ratio) : Tokens * ((double)bytes / Bytes);
        return (int)Math.Min(int.MaxValue, estimate);
    }

    /// <summary>The gauge after a server has counted a prompt; unchanged when it counts nothing.</summary>
    internal PromptGauge Counted(long bytes, long tokens) => tokens > 0 ? new PromptGauge(bytes, tokens) : this;

    /// <summary>Size of a conversation with its tools.</summary>
    internal static long Size(IEnumerable<HistoryItem> history, long toolBytes) => toolBytes + history.Sum(Size);

    /// <summary>Size of one message.</summary>
    internal static long Size(HistoryItem item) => BytesPerMessage + Encoding.UTF8.GetByteCount(item.Message.Content)
        + (item.Message.Calls?.Sum(c => (long)c.Name.Length + Encoding.UTF8.GetByteCount(c.Arguments)) ?? 0);
}
