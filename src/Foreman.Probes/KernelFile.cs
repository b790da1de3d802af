using System.Globalization;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>Reads the kernel's small text files. Absent or unreadable files are null.</summary>
internal static class KernelFile
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>At most the first 64 KiB, without white space at the ends.</summary>
    public static string? Text(string path) =>
        path.Contains('\0', StringComparison.Ordinal) ? null : BoundedText.ReadFile(path, MaxBytes)?.Text.Trim();

    /// <summary>A number in decimal, or in hexadecimal after <c>0x</c>.</summary>
    public static long? Number(string path) => ParseNumber(Text(path));

    public static long? ParseNumber(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex) ? hex : null
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Folders (or links to folders) directly below a folder, in the order of their names.</summary>
    public static IReadOnlyList<string> Folders(string path, string pattern = "*")
    {
        try
        {
            return Directory.Exists(path)
                ? [.. Directory.EnumerateDirectories(path, pattern).Order(StringComparer.Ordinal)]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
