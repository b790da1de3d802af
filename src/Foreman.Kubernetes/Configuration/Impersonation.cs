using System.Text;

namespace Foreman.Kubernetes;

/// <summary>The user that calls impersonate; the credential's own user needs the verb impersonate.</summary>
public sealed record Impersonation
{
    /// <summary>Name of the user.</summary>
    public required string User { get; init; }

    /// <summary>UID of the user; null for none.</summary>
    public string? Uid { get; init; }

    /// <summary>Groups of the user. When some are named, the server adds <c>system:authenticated</c> only; else those of a ServiceAccount too.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Extra fields of the user, by key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The impersonation headers.</summary>
    internal IReadOnlyList<(string Name, string Value)> Headers() =>
    [
        ("Impersonate-User", User),
        .. Uid is null ? Enumerable.Empty<(string, string)>() : [("Impersonate-Uid", Uid)],
        .. Groups.Select(group => ("Impersonate-Group", group)),
        .. Extra.SelectMany(extra => extra.Value.Select(value => ($"Impersonate-Extra-{Escape(extra.Key)}", value))),
    ];

    /// <summary>
    /// A key as part of a header name: characters that are not allowed there are percent-encoded, which the server decodes.
    /// </summary>
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
