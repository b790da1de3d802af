namespace Foreman.Git.Trees;

/// <summary>Finds known values that a text holds in pieces: wrapped over lines, as programs write Base64, or put together from parts in source code.</summary>
internal sealed class SplitSecrets
{
    // Fewer letters in a row come up by chance once everything between them is left out.
    private const int Shortest = 16;
    private readonly string[] _known;
    private string _path = "";
    private string _before = "";

    private SplitSecrets(string[] letters) => _known = letters;

    /// <param name="known">The values, in all forms in which they may be written.</param>
    public SplitSecrets(IReadOnlyCollection<string> known)
        : this(LettersOf(known))
    {
    }

    /// <summary>The letters of values that are long enough to be looked for in pieces.</summary>
    /// <param name="known">The values, in all forms in which they may be written.</param>
    public static string[] LettersOf(IReadOnlyCollection<string> known) => [.. known.Select(Letters).Where(k => k.Length >= Shortest).Distinct(StringComparer.Ordinal)];

    /// <summary>Looks for values by their letters.</summary>
    /// <param name="letters">As <see cref="LettersOf"/> gives them.</param>
    public static SplitSecrets Of(string[] letters) => new(letters);

    /// <summary>True when a line, or the end of those before it and its beginning, holds a value.</summary>
    /// <param name="text">The next line of a file.</param>
    /// <param name="path">The file.</param>
    public bool IsIn(string text, string path)
    {
        if (_known.Length == 0)
        {
            return false;
        }

        var all = (path == _path ? _before : "") + Letters(text);
        var isIn = _known.Any(k => all.Contains(k, StringComparison.Ordinal));
        (_path, _before) = (path, isIn ? "" : all[^Math.Min(all.Length, _known.Max(k => k.Length) - 1)..]);
        return isIn;
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit));
}
