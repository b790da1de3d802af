using System.Security.Cryptography;
using System.Text;

namespace Foreman.Jobs;

/// <summary>Any text as the value of a label: itself where it can be one, else made fit and told from others by a hash. Pure.</summary>
internal static class LabelValues
{
    /// <summary>Most characters of a label's value.</summary>
    public const int Most = 63;

    private const int HashBytes = 8;

    /// <summary>The value for a text.</summary>
    public static string Of(string text)
    {
        if (IsValue(text))
        {
            return text;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, HashBytes));
        var fit = string.Concat(text.Select(c => IsInside(c) ? c : '-')).Trim('-', '_', '.');
        var room = Most - hash.Length - 1;
        var kept = (fit.Length > room ? fit[..room] : fit).TrimEnd('-', '_', '.');
        return kept.Length == 0 ? hash : $"{kept}-{hash}";
    }

    /// <summary>True for what Kubernetes takes as the value of a label.</summary>
    public static bool IsValue(string text) =>
        text.Length == 0 || (text.Length <= Most && text.All(IsInside) && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]));

    /// <summary>True for what Kubernetes takes as the key of a label or annotation: a name, with or without a DNS prefix.</summary>
    public static bool IsKey(string text) => text.Split('/') switch
    {
        [var name] => name.Length > 0 && IsValue(name),
        [var prefix, var name] => name.Length > 0 && IsValue(name) && IsDomain(prefix),
        _ => false,
    };

    private static bool IsDomain(string text) =>
        text.Length is > 0 and <= 253 && text.Split('.').All(p => p.Length > 0 && p.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && p[0] != '-' && p[^1] != '-');

    private static bool IsInside(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
