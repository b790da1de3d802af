using System.Globalization;
using System.Text;
using Foreman.Primitives;

namespace Foreman.Tools.Files;

/// <summary>Names of files as they are shown: a name from a disk or a model may hold characters that steer a terminal or hide what it says.</summary>
internal static class ShownName
{
    /// <summary>The name, each unsafe character as <c>\u202e</c>.</summary>
    internal static string Of(string name)
    {
        if (FirstUnsafe(name) is null)
        {
            return name;
        }

        var shown = new StringBuilder(name.Length + 16);
        for (var i = 0; i < name.Length; i++)
        {
            _ = IsUnsafe(name, i)
                ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)name[i]:x4}")
                : shown.Append(name[i]);
        }

        return shown.ToString();
    }

    /// <summary>The first character that a path may not hold, by its code; null when there is none.</summary>
    internal static string? FirstUnsafe(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (IsUnsafe(name, i))
            {
                return $"the character U+{(int)name[i]:X4}";
            }
        }

        return null;
    }

    // Half a surrogate stands for nothing, and U+FFFD for what could not be read: neither names a file that is there.
    private static bool IsUnsafe(string name, int i) => name[i] switch
    {
        < '\u007f' and >= ' ' => false,
        '\ufeff' or '\ufffd' => true,
        var c when char.IsHighSurrogate(c) => i + 1 == name.Length || !char.IsLowSurrogate(name[i + 1]),
        var c when char.IsLowSurrogate(c) => i == 0 || !char.IsHighSurrogate(name[i - 1]),
        var c => SteeringCharacters.Contains(c),
    };
}
