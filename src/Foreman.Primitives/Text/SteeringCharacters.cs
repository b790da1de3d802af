using System.Text;

namespace Foreman.Primitives;

/// <summary>The characters that change how what follows them is shown: controls, line separators and the marks of the writing direction.</summary>
public static class SteeringCharacters
{
    /// <summary>True for one of them.</summary>
    public static bool Contains(char c) => char.IsControl(c)
        || c is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    /// <summary>True for one of them; all are in the basic plane.</summary>
    public static bool Contains(Rune rune) => rune.IsBmp && Contains((char)rune.Value);
}
