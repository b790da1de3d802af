namespace Foreman.AgentLoop.Loop;

/// <summary>
/// The tokens of a text as an unkind tokenizer counts them, for limits that must hold with every model. <see cref="PromptGauge"/>
/// guesses what is likely; this bounds what can be.
/// </summary>
internal static class TokenCost
{
    // Parts of a token: costs are whole numbers of them, so that a sum does not depend on how a text is split.
    private const int Parts = 6;

    /// <summary>Letters and blanks come three to a token, in words.</summary>
    private const int Letter = Parts / 3;

    /// <summary>Tokens of a text.</summary>
    internal static int Of(string text)
    {
        var parts = 0L;
        for (var i = 0; i < text.Length;)
        {
            var (cost, length) = At(text, i);
            parts += cost;
            i += length;
        }

        return (int)Math.Min(int.MaxValue, (parts + Parts - 1) / Parts);
    }

    /// <summary>The longest beginning of a text within so many tokens, in characters; splits no character.</summary>
    internal static int Prefix(string text, int tokens)
    {
        var (left, at) = (tokens * (long)Parts, 0);
        while (at < text.Length && At(text, at) is var (cost, length) && (left -= cost) >= 0)
        {
            at += length;
        }

        return at;
    }

    // Digits and signs are often tokens of their own; a character outside of ASCII is one token at least, rare ones are several.
    private static (int Parts, int Length) At(string text, int index)
    {
        var c = text[index];
        return char.IsAsciiLetter(c) || c == ' ' ? (Letter, 1)
            : c < 0x800 ? (Parts, 1)
            : char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? (2 * Parts, 2)
            : (Parts * 3 / 2, 1);
    }
}
