using System.Globalization;

namespace Foreman.Probes;

/// <summary>Reads the kernel's small text files. What is absent or unreadable is null: the fact is then not known.</summary>
internal static class KernelFile
{
    public static string? Text(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

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
