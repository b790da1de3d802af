using System.Globalization;
using System.Text.RegularExpressions;
using Foreman.Primitives;

namespace Foreman.Tools.Files;

/// <summary>
/// A pattern that is safe to run. The engine does not backtrack, but a pattern that is large once its repetitions are
/// written out still costs memory to build and time for each character; such a one is refused before it is built.
/// </summary>
internal sealed class GrepPattern
{
    /// <summary>The longest pattern, in characters.</summary>
    internal const int MaxCharacters = 1000;

    /// <summary>
    /// The most characters and classes that a pattern may have, each counted as often as it is repeated, and three times for
    /// each group around it that may occur any number of times or not at all.
    /// </summary>
    internal const int MaxSize = 400;

    private const int LoopFactor = 3;

    /// <summary>The deepest nesting of groups.</summary>
    internal const int MaxDepth = 8;

    /// <summary>The longest time for one line; the engine looks at the clock every thousand characters.</summary>
    internal static readonly TimeSpan LineTimeout = TimeSpan.FromMilliseconds(250);

    private readonly Regex _regex;

    private GrepPattern(Regex regex) => _regex = regex;

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">As the model wrote it, not empty.</param>
    /// <exception cref="ToolArgumentException">It is not valid, or too large; the message says what to write instead.</exception>
    internal static GrepPattern Of(string pattern)
    {
        if (pattern.Length > MaxCharacters)
        {
            throw new ToolArgumentException($"pattern has {pattern.Length} characters; at most {MaxCharacters} are taken");
        }

        var (size, depth) = Measure(pattern);
        if (depth > MaxDepth)
        {
            throw new ToolArgumentException($"pattern has groups {depth} deep; at most {MaxDepth} are taken");
        }

        if (size > MaxSize)
        {
            var parts = size > 1_000_000 ? "more than a million" : $"about {size}";
            throw new ToolArgumentException($"pattern is too large: with its repetitions written out and its loops weighed it has {parts} parts, at most {MaxSize} are taken; use small counts and no loops within loops, or search for a fixed part of the text");
        }

        try
        {
            return new GrepPattern(new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, LineTimeout));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InsufficientExecutionStackException)
        {
            throw new ToolArgumentException($"pattern `{Printable.Line(ShownName.Of(pattern))}` is not valid: {Printable.Line(ShownName.Of(e.Message))}");
        }
    }

    /// <summary>Whether the line matches.</summary>
    /// <exception cref="RegexMatchTimeoutException">It took too long.</exception>
    internal bool IsMatch(ReadOnlySpan<char> line) => _regex.IsMatch(line);

    /// <summary>
    /// The size of a pattern with its counted repetitions written out, and how deep its groups are nested. What is not valid
    /// is measured somehow: the engine refuses it afterwards.
    /// </summary>
    internal static (int Size, int Depth) Measure(string pattern)
    {
        // Of each open group: the size so far, and that of its last part, which a repetition multiplies.
        var open = new Stack<(long Size, long Last)>();
        var (size, last, depth) = (0L, 0L, 0);
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '(':
                    open.Push((size, last));
                    (size, last) = (0, 0);
                    depth = Math.Max(depth, open.Count);
                    break;
                case ')' when open.TryPop(out var outer):
                    last = Math.Max(1, size);
                    size = outer.Size + last;
                    break;
                case '|' or ')':
                    break;
                case '?' when i > 0 && pattern[i - 1] is '*' or '+' or '?' or '}':
                    // The repetition before it is lazy.
                    break;
                case '*' or '+' or '?':
                    Repeat(1, isLoose: true, ref size, ref last);
                    break;
                case '{' when Repetition(pattern, ref i, out var isLoose) is { } times:
                    Repeat(times, isLoose, ref size, ref last);
                    break;
                case ' ' or '\t' or '\n' or '\r':
                    // With (?x) a repetition may stand behind white space: the part before it stays the last one.
                    size++;
                    last = Math.Max(1, last);
                    break;
                default:
                    Part(pattern, ref i);
                    (size, last) = (size + 1, 1);
                    break;
            }

            if (size > int.MaxValue)
            {
                return (int.MaxValue, depth);
            }
        }

        return ((int)size, depth);
    }

    // Loops in loops cost the engine a multiple in each step, in which it does not look at the clock.
    private static void Repeat(long times, bool isLoose, ref long size, ref long last)
    {
        var repeated = last * times;
        repeated = !isLoose ? repeated : last <= 1 ? repeated + 1 : repeated * LoopFactor;
        size += repeated - last;
        last = repeated;
    }

    // The most that {n}, {n,} or {n,m} repeats, at least 1, and whether that is none or any number of times; null when the
    // brace is an ordinary character.
    private static long? Repetition(string pattern, ref int i, out bool isLoose)
    {
        isLoose = false;
        var end = pattern.IndexOf('}', i);
        if (end < 0 || end == i + 1)
        {
            return null;
        }

        var most = 1L;
        foreach (var bound in pattern[(i + 1)..end].Split(','))
        {
            if (bound.Length > 0)
            {
                if (!bound.All(char.IsAsciiDigit))
                {
                    return null;
                }

                most = Math.Max(most, long.TryParse(bound, CultureInfo.InvariantCulture, out var n) ? Math.Min(n, int.MaxValue) : int.MaxValue);
            }
        }

        isLoose = pattern[end - 1] == ',' || pattern[i + 1] is '0' or ',';
        i = end;
        return most;
    }

    // Goes to the last character of an escape, a class or a plain character.
    private static void Part(string pattern, ref int i)
    {
        if (pattern[i] == '\\' && i + 1 < pattern.Length)
        {
            i++;
            if (pattern[i] is 'p' or 'P' && i + 1 < pattern.Length && pattern[i + 1] == '{' && pattern.IndexOf('}', i) is > 0 and var brace)
            {
                i = brace;
            }
        }
        else if (pattern[i] == '[')
        {
            Class(pattern, ref i);
        }
    }

    private static void Class(string pattern, ref int i)
    {
        i += i + 1 < pattern.Length && pattern[i + 1] == '^' ? 2 : 1;
        for (var first = i; i < pattern.Length && (pattern[i] != ']' || i == first); i++)
        {
            if (pattern[i] == '\\')
            {
                i++;
            }
            else if (pattern[i] == '[' && i > first && pattern[i - 1] == '-')
            {
                // A class that is taken away from another one.
                Class(pattern, ref i);
            }
        }
    }
}
