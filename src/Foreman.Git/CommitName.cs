using Foreman.Primitives;

namespace Foreman.Git;

/// <summary>Names of commits, as they come from outside. Pure.</summary>
internal static class CommitName
{
    /// <summary>True for a whole object name of SHA-1 or SHA-256 in small letters.</summary>
    public static bool IsWhole(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>True for a whole object name of SHA-256: all of a repository are, or none.</summary>
    public static bool IsSha256(string name) => name.Length == 64;

    /// <summary>True for the beginning of such a name, or all of it: seven digits or more.</summary>
    public static bool IsPart(string text) => text.Length is >= 7 and <= 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The text.</summary>
    /// <exception cref="GitException">It is no whole name of a commit.</exception>
    public static string Checked(string text) => IsWhole(text)
        ? text
        : throw new GitException(GitFault.BadName, $"`{Printable.Line(text, 80)}` is no name of a commit: give all of its 40 or 64 digits.");
}
