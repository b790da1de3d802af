namespace Foreman.Runner.Unions;

/// <summary>A place in a text.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Word">What stands there.</param>
internal sealed record WordPlace(int Line, string Word);

/// <summary>Finds identifiers as whole words, whatever the language. Pure.</summary>
internal static class WordSearch
{
    /// <summary>Line of the first place where the word stands alone, from 1; null when there is none.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="word">Not empty.</param>
    public static int? LineOf(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            if (IsEdge(text, at - 1, word[0]) && IsEdge(text, at + word.Length, word[^1]))
            {
                return text.AsSpan(0, at).Count('\n') + 1;
            }
        }

        return null;
    }

    /// <summary>The first word that is the same but for case, underscores and hyphens; null when there is none.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="word">A word that the text does not have.</param>
    public static WordPlace? Alike(string text, string word)
    {
        var wanted = Plain(word);
        var line = 1;
        for (var at = 0; at < text.Length && wanted.Length > 0;)
        {
            var end = at;
            while (end < text.Length && IsPart(text[end]))
            {
                end++;
            }

            // Twice its length leaves room for every separator that was taken out.
            if (end > at && end - at <= 2 * word.Length + 2 && text[at..end].Trim('-') is var found && Plain(found) == wanted)
            {
                return new WordPlace(line, found);
            }

            if (end < text.Length && text[end] == '\n')
            {
                line++;
            }

            at = end + 1;
        }

        return null;
    }

    private static bool IsEdge(string text, int at, char edge) => at < 0 || at >= text.Length || !IsWord(edge) || !IsWord(text[at]);

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static bool IsPart(char c) => IsWord(c) || c == '-';

    private static string Plain(string word) => word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
}
