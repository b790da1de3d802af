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
            // In Go a final $ matches only at the end; in .NET it would also match before a final line feed.
            var text = pattern.EndsWith('$') && !pattern.EndsWith("\\$", StringComparison.Ordinal) ? pattern[..^1] + "\\z" : pattern;
            return new SchemaPattern(pattern, new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Timeout), States(pattern));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"{path}: pattern '{pattern}' is no regular expression: {error.Message}", error);
        }
    }

    /// <exception cref="ApiException">413 when the match takes too much work.</exception>
    public bool IsMatch(string text, FieldErrors errors)
    {
        errors.Charge(text.Length * _states / MatchStepsPerUnit);
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw ApiErrors.TooMuchWork($"to match the pattern '{Text}'");
        }
    }

    /// <summary>An estimate of the states that are alive at once: one, and those of counted repetitions.</summary>
    private static long States(string pattern)
    {
        var states = 1L;
        for (var i = pattern.IndexOf('{', StringComparison.Ordinal); i >= 0; i = pattern.IndexOf('{', i + 1))
        {
            var end = pattern.IndexOf('}', i);
            if (end < 0)
            {
                break;
            }

            foreach (var bound in pattern[(i + 1)..end].Split(','))
            {
                if (int.TryParse(bound, CultureInfo.InvariantCulture, out var count))
                {
                    states = count <= MaxRepeat ? states + (2L * count) : throw new ArgumentException($"invalid repeat count: '{pattern[i..(end + 1)]}'", nameof(pattern));
                }
            }
        }

        return states;
    }
}
