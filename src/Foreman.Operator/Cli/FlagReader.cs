using System.Net;

namespace Foreman.Operator.Cli;

/// <summary>
/// Reads flags: command line before environment before default. A malformed value is recorded as a fault and the default
/// taken, so that all faults are told at once.
/// </summary>
internal sealed class FlagReader(Func<Flag, string?> commandLine, Func<string, string?> environment)
{
    private readonly List<string> _faults = [];

    /// <summary>One sentence per malformed value.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public (string Text, string? Origin) Of(Flag flag) =>
        commandLine(flag) is { } given ? (given, "--" + flag.Name)
        : environment(flag.Variable) is { Length: > 0 } variable ? (variable, flag.Variable)
        : (flag.Default, null);

    public string? Text(Flag flag) => string.IsNullOrWhiteSpace(Of(flag).Text) ? null : Of(flag).Text.Trim();

    public bool Switch(Flag flag) => Of(flag).Text.ToUpperInvariant() switch
    {
        "TRUE" or "1" or "T" => true,
        "FALSE" or "0" or "F" => false,
        _ => Fault(flag, "true or false", flag.Default == "true"),
    };

    public TimeSpan Duration(Flag flag) =>
        GoDuration.Parse(Of(flag).Text) ?? Fault(flag, "a duration, for example 90s or 2m", GoDuration.Parse(flag.Default) ?? TimeSpan.Zero);

    public Uri? Url(Flag flag) => Text(flag) is not { } text
        ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.Query.Length == 0
            ? url
            : Fault<Uri?>(flag, "a base URL, for example http://127.0.0.1:8080", null);

    /// <summary>An address to listen on; null for <c>0</c>. Without a host, all of this machine's addresses.</summary>
    public IPEndPoint? Address(Flag flag)
    {
        var text = Of(flag).Text;
        if (text is "0" or "")
        {
            return null;
        }

        return BindAddress.Parse(text) ?? Fault<IPEndPoint?>(flag, "an address as :8081 or 127.0.0.1:8081, or 0 for none", null);
    }

    private T Fault<T>(Flag flag, string expected, T instead)
    {
        var (text, origin) = Of(flag);
        _faults.Add($"{origin ?? "default"}: `{text}` is not valid: expected {expected}");
        return instead;
    }
}
