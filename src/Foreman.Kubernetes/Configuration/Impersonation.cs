using System.Text;

namespace Foreman.Kubernetes;

/// <summary>Whom calls are made as, instead of as the holder of the credential, who needs the right to impersonate.</summary>
public sealed record Impersonation
{
    /// <summary>Name of the user.</summary>
    public required string User { get; init; }

    /// <summary>UID of the user; null for none.</summary>
    public string? Uid { get; init; }

    /// <summary>Groups of the user. The server adds none, not even <c>system:authenticated</c>, when some are named.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>More about the user, as an authenticator would say it, by key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The headers that say so to the server.</summary>
    internal IReadOnlyList<(string Name, string Value)> Headers() =>
    [
        ("Impersonate-User", User),
        .. Uid is null ? Enumerable.Empty<(string, string)>() : [("Impersonate-Uid", Uid)],
        .. Groups.Select(group => ("Impersonate-Group", group)),
        .. Extra.SelectMany(extra => extra.Value.Select(value => ($"Impersonate-Extra-{Escape(extra.Key)}", value))),
    ];

    /// <summary>A key as part of a header's name: what may not stand there is percent-encoded, which the server undoes.</summary>
    private static string Escape(string key)
    {
        var escaped = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(key))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || "!#$&'*+-.^_`|~".Contains((char)b, StringComparison.Ordinal))
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return escaped.ToString();
    }
}
