using System.Globalization;
using System.Text.RegularExpressions;
using Foreman.DevCluster.Errors;

namespace Foreman.DevCluster.Schema;

/// <summary>
/// The pattern of a string, matched in time that grows with the text's length only, as by the API server's RE2; patterns that can not
/// be (look-arounds, back references) are refused there and here.
/// </summary>
internal sealed class SchemaPattern
{
    /// <summary>RE2's limit of a repetition such as <c>{1000}</c>.</summary>
    private const int MaxRepeat = 1000;

    private const int MatchStepsPerUnit = 16;

    // A second bound beside the counted work: one match never takes longer.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly Regex _regex;
    private readonly long _states;

    private SchemaPattern(string text, Regex regex, long states)
    {
        Text = text;
        _regex = regex;
        _states = states;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <exception cref="FormatException">It is no regular expression, or can't be matched in linear time.</exception>
    public static SchemaPattern Compile(string pattern, string path)
    {
        try
        {
            var text = PatternText.ToNet(pattern);
            var states = States(pattern);
            return new SchemaPattern(pattern, new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Timeout), states);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"{path}: pattern '{pattern}' is no regular expression: {error.Message}", error);
        }
    }

    /// <exception cref="ApiException">413 when the match takes too much work.</exception>
    public bool IsMatch(string text, FieldErrors errors)
    {
        errors.Charge(Work(text));
        return IsMatch(text);
    }

    /// <summary>The work of matching a text, in the units of <see cref="FieldErrors.Charge"/>.</summary>
    public long Work(string text) => text.Length * _states / MatchStepsPerUnit;

    /// <summary>Matches a text whose work was counted.</summary>
    /// <exception cref="ApiException">413 when the match takes too much work.</exception>
    public bool IsMatch(string text)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw ApiErrors.TooMuchWork($"to match the pattern '{Text}'");
        }
    }

    /// <summary>An estimate of the states that are alive at once: one, and those of counted repetitions, multiplied where they are nested.</summary>
    /// <exception cref="ArgumentException">A repetition, by itself or with those within it, counts more than RE2 allows.</exception>
    private static long States(string pattern)
    {
        // Of each open group: the largest product of counts within it so far, which a repetition of the group multiplies.
        var open = new Stack<(long States, long Most)>();
        var (states, most, last) = (1L, 1L, 1L);
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    last = 1;
                    break;
                case '[':
                    i = EndOfClass(pattern, i);
                    last = 1;
                    break;
                case '(':
                    open.Push((states, most));
                    (states, most) = (1, 1);
                    break;
                case ')' when open.TryPop(out var outer):
                    last = most;
                    (states, most) = (outer.States + states - 1, Math.Max(outer.Most, most));
                    break;
                case '{' when Count(pattern, i) is { } count:
                    last *= Math.Max(1, count);
                    if (count > MaxRepeat || last > MaxRepeat)
                    {
                        throw new ArgumentException($"invalid repeat count: '{pattern[i..(pattern.IndexOf('}', i) + 1)]}'", nameof(pattern));
                    }

                    states += 2 * last;
                    most = Math.Max(most, last);
                    i = pattern.IndexOf('}', i);
                    break;
                default:
                    last = 1;
                    break;
            }
        }

        return states;
    }

    /// <summary>The largest bound of a repetition; null where the brace is an ordinary character.</summary>
    private static long? Count(string pattern, int start)
    {
        var end = pattern.IndexOf('}', start);
        var bounds = end < 0 ? [] : pattern[(start + 1)..end].Split(',');
        return bounds.Length is 1 or 2 && bounds[0].Length > 0 && Array.TrueForAll(bounds, b => b.All(char.IsAsciiDigit))
            ? bounds.Max(b => b.Length == 0 ? 0 : b.Length > 9 ? long.MaxValue : long.Parse(b, CultureInfo.InvariantCulture))
            : null;
    }

    // A bracket directly after the opening one, or after its ^, stands for itself.
    private static int EndOfClass(string pattern, int start)
    {
        var first = start + 1 < pattern.Length && pattern[start + 1] == '^' ? start + 2 : start + 1;
        for (var i = first; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
            {
                i++;
            }
            else if (pattern[i] == ']' && i > first)
            {
                return i;
            }
        }

        return pattern.Length;
    }
}
