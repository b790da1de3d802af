using System.Globalization;

namespace Foreman.Agent.Cli;

/// <summary>A flag's value and what set it, for messages.</summary>
/// <param name="Text">The value.</param>
/// <param name="Origin"><c>--flag</c> or the environment variable; null for the default.</param>
internal sealed record FlagValue(string Text, string? Origin);

/// <summary>
/// The values of the flags: command line before environment before default. Reading one that is malformed records a
/// fault and gives the default, so that all faults are told at once.
/// </summary>
internal sealed class FlagValues(Func<Flag, IReadOnlyList<string>?> commandLine, Func<string, string?> environment)
{
    private readonly List<string> _faults = [];

    /// <summary>One sentence per malformed value.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public FlagValue Of(Flag flag) =>
        commandLine(flag) is { } given ? new(string.Join(',', given), "--" + flag.Name)
        : environment(flag.Variable) is { Length: > 0 } variable ? new(variable, flag.Variable)
        : new(flag.Default, null);

    public string? Text(Flag flag) => Of(flag).Text is { Length: > 0 } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    public IReadOnlyList<string> List(Flag flag) => Of(flag).Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public bool Switch(Flag flag)
    {
        var value = Of(flag);
        return value.Text.ToUpperInvariant() switch
        {
            "TRUE" or "1" or "T" => true,
            "FALSE" or "0" or "F" or "" => false,
            _ => Fault(value, "true or false", false),
        };
    }

    public int? Number(Flag flag, int atLeast)
    {
        var value = Of(flag);
        return value.Text.Length == 0 ? null
            : int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= atLeast ? number
            : Fault<int?>(value, $"a whole number from {atLeast} up", null);
    }

    public TimeSpan Duration(Flag flag, TimeSpan atLeast)
    {
        var value = Of(flag);
        return GoDuration.Parse(value.Text) is { } duration && duration >= atLeast
            ? duration
            : Fault(value, $"a duration of at least {atLeast.TotalSeconds:0.###} s, for example 90s or 2m", GoDuration.Parse(flag.Default) ?? atLeast);
    }

    public string Word(Flag flag, params string[] words)
    {
        var value = Of(flag);
        return value.Text.Length == 0 || words.Contains(value.Text) ? value.Text : Fault(value, string.Join(" or ", words), "");
    }

    public IReadOnlyList<Uri> Urls(Flag flag)
    {
        var urls = new List<Uri>();
        foreach (var text in List(flag))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.Query.Length == 0)
            {
                urls.Add(url);
            }
            else
            {
                Fault(new FlagValue(text, Of(flag).Origin), "a base URL, for example http://127.0.0.1:8080", 0);
            }
        }

        return urls;
    }

    /// <summary>Records a fault that only the reader of a flag can see, and goes on with another value.</summary>
    public T Fault<T>(FlagValue value, string expected, T instead)
    {
        _faults.Add($"{value.Origin ?? "default"}: `{value.Text}` is not valid: expected {expected}");
        return instead;
    }
}
