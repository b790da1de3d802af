namespace Foreman.Tools.Files;

/// <summary>
/// Git's own matching of patterns, over bytes: <c>*</c>, <c>?</c> and sets stop at a slash, <c>**</c> between slashes does not. Each pair
/// of places is tried once, so that the time is the product of the lengths at most.
/// </summary>
internal static class GitWildmatch
{
    private const byte Slash = (byte)'/';

    /// <summary>True when the pattern stands for the whole text.</summary>
    internal static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        var failed = new HashSet<int>();
        return Match(pattern, text, 0, 0, failed);
    }

    private static bool Match(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, int p, int t, HashSet<int> failed)
    {
        var key = (p * (text.Length + 1)) + t;
        if (failed.Contains(key))
        {
            return false;
        }

        var result = Try(pattern, text, p, t, failed);
        if (!result)
        {
            failed.Add(key);
        }

        return result;
    }

    private static bool Try(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, int p, int t, HashSet<int> failed)
    {
        while (p < pattern.Length)
        {
            var c = pattern[p];
            if (c == '*')
            {
                if (Star(pattern, text, ref p, ref t, failed) is { } decided)
                {
                    return decided;
                }
            }
            else if (t == text.Length)
            {
                return false;
            }
            else if (c == '[')
            {
                if (!Set(pattern, ref p, text[t]))
                {
                    return false;
                }
            }
            else if (c == '?')
            {
                if (text[t] == Slash)
                {
                    return false;
                }
            }
            else
            {
                p += c == '\\' ? 1 : 0;
                if (p == pattern.Length || pattern[p] != text[t])
                {
                    return false;
                }
            }

            p++;
            t++;
        }

        return t == text.Length;
    }

    /// <summary>At a star: decided, or null when both go on at a slash.</summary>
    private static bool? Star(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, ref int p, ref int t, HashSet<int> failed)
    {
        var first = p;
        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        var crosses = p - first > 1
            && (first == 0 || pattern[first - 1] == Slash)
            && (p == pattern.Length || pattern[p] == Slash || (pattern[p] == '\\' && p + 1 < pattern.Length && pattern[p + 1] == Slash));
        if (crosses && p < pattern.Length && pattern[p] == Slash && Match(pattern, text, p + 1, t, failed))
        {
            return true;
        }

        if (p == pattern.Length)
        {
            return crosses || text[t..].IndexOf(Slash) < 0;
        }

        if (!crosses && pattern[p] == Slash)
        {
            var slash = text[t..].IndexOf(Slash);
            t += Math.Max(0, slash);
            return slash < 0 ? false : null;
        }

        for (; t < text.Length; t++)
        {
            if (Match(pattern, text, p, t, failed))
            {
                return true;
            }

            if (!crosses && text[t] == Slash)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Whether a byte is in the set that begins here; leaves the place at its closing bracket.</summary>
    private static bool Set(ReadOnlySpan<byte> pattern, ref int p, byte c)
    {
        var at = p + 1;
        var negated = at < pattern.Length && pattern[at] is (byte)'!' or (byte)'^';
        at += negated ? 1 : 0;
        var (matched, before, isFirst) = (false, -1, true);
        for (; ; at++, isFirst = false)
        {
            if (at >= pattern.Length)
            {
                return false;
            }

            if (pattern[at] == ']' && !isFirst)
            {
                break;
            }

            if (Member(pattern, ref at, ref before, c) is not { } isMember)
            {
                return false;
            }

            matched |= isMember;
        }

        p = at;
        return matched != negated && c != Slash;
    }

    /// <summary>Whether one member of a set is the byte: a character, a range or a class; null when it is not finished.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="at">The member's first byte; then its last one.</param>
    /// <param name="before">What a range may begin with; 0 or less when nothing may.</param>
    /// <param name="c">The byte.</param>
    private static bool? Member(ReadOnlySpan<byte> pattern, ref int at, ref int before, byte c)
    {
        var (now, from) = (pattern[at], before);
        before = now;
        if (now == '\\')
        {
            if (++at >= pattern.Length)
            {
                return null;
            }

            before = pattern[at];
            return c == pattern[at];
        }

        if (now == '-' && from > 0 && at + 1 < pattern.Length && pattern[at + 1] != ']')
        {
            at += pattern[at + 1] == '\\' ? 2 : 1;
            before = 0;
            return at >= pattern.Length ? null : c <= pattern[at] && c >= from;
        }

        if (now != '[' || at + 1 >= pattern.Length || pattern[at + 1] != ':')
        {
            return c == now;
        }

        var name = pattern[(at + 2)..];
        var end = name.IndexOf((byte)']');
        if (end < 0)
        {
            return null;
        }

        if (end < 1 || name[end - 1] != ':')
        {
            return c == '[';
        }

        at += 2 + end;
        before = 0;
        return InClass(name[..(end - 1)], c);
    }

    private static bool? InClass(ReadOnlySpan<byte> name, byte c) => System.Text.Encoding.ASCII.GetString(name) switch
    {
        "alnum" => char.IsAsciiLetterOrDigit((char)c),
        "alpha" => char.IsAsciiLetter((char)c),
        "blank" => c is (byte)' ' or (byte)'\t',
        "cntrl" => c is < 32 or 127,
        "digit" => char.IsAsciiDigit((char)c),
        "graph" => c is > 32 and < 127,
        "lower" => char.IsAsciiLetterLower((char)c),
        "print" => c is >= 32 and < 127,
        "punct" => c is > 32 and < 127 && !char.IsAsciiLetterOrDigit((char)c),
        "space" => c is (byte)' ' or (>= 9 and <= 13),
        "upper" => char.IsAsciiLetterUpper((char)c),
        "xdigit" => char.IsAsciiHexDigit((char)c),
        _ => null,
    };
}
