namespace Foreman.AgentLoop.Model;

/// <summary>How long the first token of an answer is waited for. Pure.</summary>
internal static class FirstTokenDeadline
{
    /// <summary>Other requests of the same server share its speed, so a prompt gets this many times what it needs alone.</summary>
    internal const int Slack = 4;

    /// <summary>No prompt is waited for longer.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    /// <summary>UTF-8 bytes of a token of code.</summary>
    private const int BytesPerToken = 3;

    /// <summary>The configured time, or what reading the prompt takes at the measured speed when that is longer.</summary>
    /// <param name="configured">What the Agent says of one turn.</param>
    /// <param name="promptBytes">Bytes of the whole request.</param>
    /// <param name="tokensPerSecond">Measured prefill speed; 0 when nothing is measured.</param>
    internal static TimeSpan Of(TimeSpan configured, long promptBytes, double tokensPerSecond)
    {
        if (tokensPerSecond <= 0)
        {
            return configured;
        }

        var seconds = Math.Min(promptBytes / (double)BytesPerToken / tokensPerSecond * Slack, Longest.TotalSeconds);
        var needed = TimeSpan.FromSeconds(seconds);
        return needed > configured ? needed : configured;
    }
}
