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

            int now = pattern[at];
            if (now == ']' && !isFirst)
            {
                break;
            }

            if (now == '\\')
            {
                if (++at >= pattern.Length)
                {
                    return false;
                }

                now = pattern[at];
                matched |= c == now;
            }
            else if (now == '-' && before > 0 && at + 1 < pattern.Length && pattern[at + 1] != ']')
            {
                at++;
                at += pattern[at] == '\\' ? 1 : 0;
                if (at >= pattern.Length)
                {
                    return false;
                }

                matched |= c <= pattern[at] && c >= before;
                now = 0;
            }
            else if (now == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
            {
                var end = pattern[(at + 2)..].IndexOf((byte)']');
                if (end < 0)
                {
                    return false;
                }

                if (end < 1 || pattern[at + 2 + end - 1] != ':')
                {
                    matched |= c == '[';
                }
                else
                {
                    if (InClass(pattern.Slice(at + 2, end - 1), c) is not { } isIn)
                    {
                        return false;
                    }

                    matched |= isIn;
                    at += 2 + end;
                    now = 0;
                }
            }
            else
            {
                matched |= c == now;
            }

            before = now;
        }

        p = at;
        return matched != negated && c != Slash;
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
