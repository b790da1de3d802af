namespace Foreman.Git;

/// <summary>How git commands are run.</summary>
public sealed record GitOptions
{
    private static readonly string[] NetworkVariables =
    [
        "http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
    ];

    /// <summary>A folder of the agent's own; an empty home for git is made in it, so that no .gitconfig or .netrc of a user is read.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Absolute path of the command; null to look for <c>git</c> on PATH.</summary>
    public string? Program { get; init; }

    /// <summary>The longest that a command without a network takes.</summary>
    public TimeSpan LocalLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest that a command over the network takes.</summary>
    public TimeSpan NetworkLimit { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Most bytes of a command's output that are kept; more is a failure.</summary>
    public int MaxOutputBytes { get; init; } = 64 << 20;

    /// <summary>Variables about proxies and certificates that commands over the network get; see <see cref="NetworkOf"/>.</summary>
    public IReadOnlyDictionary<string, string> Network { get; init; } = new Dictionary<string, string>();

    /// <summary>The variables about proxies and certificates of an environment.</summary>
    /// <param name="variable">The value of a variable; null when it is not set.</param>
    public static IReadOnlyDictionary<string, string> NetworkOf(Func<string, string?> variable) =>
        NetworkVariables.Select(name => (name, value: variable(name))).Where(v => !string.IsNullOrEmpty(v.value)).ToDictionary(v => v.name, v => v.value!, StringComparer.Ordinal);
}
