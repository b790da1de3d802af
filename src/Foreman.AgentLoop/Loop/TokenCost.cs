namespace Foreman.AgentLoop.Loop;

/// <summary>
/// The tokens of a text as an unkind tokenizer counts them, for limits that must hold with every model. <see cref="PromptGauge"/>
/// guesses what is likely; this bounds what can be.
/// </summary>
internal static class TokenCost
{
    /// <summary>Letters and blanks come three to a token, in words.</summary>
    private const double Letter = 1 / 3.0;

    /// <summary>Tokens of a text.</summary>
    internal static int Of(string text)
    {
        var tokens = 0.0;
        for (var i = 0; i < text.Length; i += LengthAt(text, i))
        {
            tokens += At(text, i);
        }

        return (int)Math.Min(int.MaxValue, Math.Ceiling(tokens));
    }

    /// <summary>The longest beginning of a text within so many tokens, in characters; splits no character.</summary>
    internal static int Prefix(string text, int tokens)
    {
        var spent = 0.0;
        var length = 0;
        while (length < text.Length && (spent += At(text, length)) <= tokens)
        {
            length += LengthAt(text, length);
        }

        return length;
    }

    private static int LengthAt(string text, int index) => char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? 2 : 1;

    // Digits and signs are often tokens of their own; a character outside of ASCII is one token at least, rare ones are several.
    private static double At(string text, int index)
    {
        var c = text[index];
        return char.IsAsciiLetter(c) || c == ' ' ? Letter
            : c < 0x800 ? 1
            : LengthAt(text, index) == 2 ? 2 : 1.5;
    }
}
