using System.Globalization;

namespace Foreman.Workloads;

/// <summary>Texts within bounds, and with numbers as every culture reads them. Pure.</summary>
internal static class Texts
{
    /// <summary>The text, or its beginning with an ellipsis; no character is cut in two, which would be read back as another one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">Most characters of the beginning.</param>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text : string.Concat(text.AsSpan(0, most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most), "…");

    /// <summary>The text with its numbers in the invariant culture.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
