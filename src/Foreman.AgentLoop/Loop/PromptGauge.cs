namespace Foreman.AgentLoop.Loop;

/// <summary>
/// Guesses how many tokens a prompt has. The server's last count is the base; what came since is added by its
/// <see cref="TokenCost"/>. Before the first count there is only the cost.
/// </summary>
/// <param name="Cost">Cost of the last prompt that the server counted; 0 before the first.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Messages">Its messages.</param>
internal readonly record struct PromptGauge(long Cost, long Tokens, int Messages)
{
    /// <summary>The part of its cost that a text usually has: English has about four bytes a token, code about three.</summary>
    private const double UsualPart = 0.65;

    /// <summary>The likely tokens of a prompt of this cost.</summary>
    internal int Estimate(long cost)
    {
        if (Cost == 0)
        {
            return Whole(cost * UsualPart);
        }

        // A server that counts less than the text suggests leaves parts of it out; what is added may still count in full.
        var ratio = Math.Max((double)Tokens / Cost, UsualPart);
        return Whole(cost >= Cost ? Tokens + ((cost - Cost) * ratio) : Tokens * ((double)cost / Cost));
    }

    /// <summary>The most tokens that a prompt has: what was counted and all that came since, but never more than its cost.</summary>
    internal int AtMost(IReadOnlyCollection<HistoryItem> history, long toolCost)
    {
        var factor = Cost == 0 ? 1 : Math.Max(1, (double)Tokens / Cost);
        return Whole(Math.Min(CostOf(history, toolCost) * factor, Cost == 0 ? double.MaxValue : Tokens + (history.Skip(Messages).Sum(h => h.Weight.Cost) * factor)));
    }

    /// <summary>The gauge after a server has counted a prompt; unchanged when it counts nothing.</summary>
    internal PromptGauge Counted(IReadOnlyCollection<HistoryItem> history, long toolCost, long tokens) =>
        tokens > 0 ? new PromptGauge(CostOf(history, toolCost), tokens, history.Count) : this;

    /// <summary>Cost of a conversation with its tools.</summary>
    internal static long CostOf(IEnumerable<HistoryItem> history, long toolCost) => toolCost + history.Sum(h => h.Weight.Cost);

    /// <summary>UTF-8 bytes of a conversation with its tools; an image weighs what its tokens do.</summary>
    internal static long Size(IEnumerable<HistoryItem> history, long toolBytes) => toolBytes + history.Sum(h => h.Weight.Size);

    private static int Whole(double tokens) => (int)Math.Min(int.MaxValue, tokens);
}
