using System.Globalization;
using System.Net;
using Foreman.Primitives;

namespace Foreman.Hosting;

/// <summary>A flag's value and what set it, for messages.</summary>
/// <param name="Text">The value.</param>
/// <param name="Origin"><c>--flag</c> or the environment variable; null for the default.</param>
public sealed record FlagValue(string Text, string? Origin);

/// <summary>
/// The values of flags: command line before environment before default. Reading a malformed one records a fault and gives
/// the default, so that all faults are told at once.
/// </summary>
/// <param name="commandLine">What the command line gives for a flag; null when it is not there.</param>
/// <param name="environment">Looks up an environment variable; null when it is not set.</param>
public sealed class FlagValues(Func<Flag, IReadOnlyList<string>?> commandLine, Func<string, string?> environment)
{
    private readonly List<string> _faults = [];

    /// <summary>One sentence per malformed value, each once.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The value as it was written; an empty environment variable counts as not set.</summary>
    public FlagValue Of(Flag flag) =>
        commandLine(flag) is { } given ? new(string.Join(',', given), "--" + flag.Name)
        : environment(flag.Variable) is { Length: > 0 } variable ? new(variable, flag.Variable)
        : new(flag.Default, null);

    /// <summary>Null when it is blank.</summary>
    public string? Text(Flag flag) => Of(flag).Text is var text && string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>The entries between commas.</summary>
    public IReadOnlyList<string> List(Flag flag) => Of(flag).Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>True or false; empty means false.</summary>
    public bool Switch(Flag flag)
    {
        var value = Of(flag);
        return value.Text.ToUpperInvariant() switch
        {
            "TRUE" or "1" or "T" => true,
            "FALSE" or "0" or "F" or "" => false,
            _ => Fault(value, "true or false", flag.Default == "true"),
        };
    }

    /// <summary>A whole number; null when the value is empty.</summary>
    public int? Number(Flag flag, int atLeast)
    {
        var value = Of(flag);
        return value.Text.Length == 0 ? null
            : int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= atLeast ? number
            : Fault<int?>(value, $"a whole number from {atLeast} up", null);
    }

    /// <summary>A duration as Go writes it.</summary>
    public TimeSpan Duration(Flag flag, TimeSpan? atLeast = null)
    {
        var value = Of(flag);
        var bound = atLeast is { } least ? $" of at least {least.TotalSeconds:0.###} s" : "";
        return GoDuration.Parse(value.Text) is { } duration && duration >= (atLeast ?? TimeSpan.Zero)
            ? duration
            : Fault(value, $"a duration{bound}, for example 90s or 2m", GoDuration.Parse(flag.Default) ?? atLeast ?? TimeSpan.Zero);
    }

    /// <summary>One of a few words; empty when the value is empty.</summary>
    public string OneOf(Flag flag, params ReadOnlySpan<string> words)
    {
        var value = Of(flag);
        return value.Text.Length == 0 || words.Contains(value.Text) ? value.Text : Fault(value, string.Join(" or ", words), "");
    }

    /// <summary>A base URL; null when the value is blank.</summary>
    public Uri? Url(Flag flag) => Text(flag) is { } text ? ReadUrl(new FlagValue(text, Of(flag).Origin)) : null;

    /// <summary>Base URLs between commas.</summary>
    public IReadOnlyList<Uri> Urls(Flag flag) => [.. List(flag).Select(text => ReadUrl(new FlagValue(text, Of(flag).Origin))).OfType<Uri>()];

    /// <summary>An address to listen on; null for <c>0</c> or an empty value. Without a host, all of this machine's addresses.</summary>
    public IPEndPoint? Address(Flag flag)
    {
        var value = Of(flag);
        return value.Text is "0" or ""
            ? null
            : BindAddress.Parse(value.Text) ?? Fault<IPEndPoint?>(value, "an address as :8081 or 127.0.0.1:8081, or 0 for none", null);
    }

    /// <summary>One sentence for each flag that was set to something else than its default and has no effect.</summary>
    public IReadOnlyList<string> Warnings(IEnumerable<Flag> flags) =>
    [
        .. flags
            .Where(f => f.NoEffect is not null && Of(f) is { Origin: not null } value && value.Text != f.Default)
            .Select(f => $"{Of(f).Origin} has no effect: {f.NoEffect}"),
    ];

    /// <summary>Records a fault that only the reader of a flag can see, and goes on with another value.</summary>
    public T Fault<T>(FlagValue value, string expected, T instead)
    {
        var fault = $"{value.Origin ?? "default"}: `{value.Text}` is not valid: expected {expected}";
        if (!_faults.Contains(fault))
        {
            _faults.Add(fault);
        }

        return instead;
    }

    /// <summary>Ends the program when a value was malformed.</summary>
    /// <exception cref="ExitException">With every fault and <see cref="ExitCodes.Usage"/>.</exception>
    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new ExitException(ExitCodes.Usage, _faults);
        }
    }

    private Uri? ReadUrl(FlagValue value) => BaseUrl.Parse(value.Text) ?? Fault<Uri?>(value, "a base URL, for example http://127.0.0.1:8080", null);
}
