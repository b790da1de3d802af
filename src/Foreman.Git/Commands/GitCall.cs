using System.Text;

namespace Foreman.Git.Commands;

/// <summary>One run of git. Its arguments are written in this project; what comes from outside goes behind <c>--</c> or through standard input.</summary>
internal sealed record GitCall(params IReadOnlyList<string> Arguments)
{
    /// <summary>The repository; null for commands that need none.</summary>
    public string? GitDir { get; init; }

    /// <summary>The folder with its files; null for commands that need none.</summary>
    public string? WorkTree { get; init; }

    /// <summary>Whom the command may talk to; null for nobody.</summary>
    public GitAccess? Access { get; init; }

    /// <summary>Settings of this command beside those that all have.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Variables of this command beside those that all have.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Standard input.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>What it works on, for messages; null for the repository's folder.</summary>
    public string? Subject { get; init; }

    /// <summary>Asked every second while it runs: why it must end, or null.</summary>
    public Func<string?>? Watch { get; init; }

    /// <summary>Text as standard input.</summary>
    public GitCall With(string input) => this with { Input = Encoding.UTF8.GetBytes(input) };
}

/// <summary>What a run of git said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error, one line, bounded, without secrets.</param>
internal sealed record GitAnswer(int ExitCode, byte[] Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The output as text; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>The output as one line.</summary>
    public string Line => Text.Trim();

    /// <summary>The parts of an output that are ended by NUL.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Parts()
    {
        var start = 0;
        while (start < Output.Length)
        {
            var end = Array.IndexOf(Output, (byte)0, start);
            end = end < 0 ? Output.Length : end;
            yield return Output.AsMemory(start, end - start);
            start = end + 1;
        }
    }
}

/// <summary>Which servers a command may talk to, and with which tokens.</summary>
/// <param name="Protocols">What <c>GIT_ALLOW_PROTOCOL</c> says: http, https or file.</param>
/// <param name="Headers">Authorization headers by the URL's beginning; never written to a file or an argument.</param>
internal sealed record GitAccess(string Protocols, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Values that nobody may be shown: the tokens, as they are and as they are sent.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Why a server gets no token, and what to do about it; null when each gets one or there is nothing to say.</summary>
    public string? Missing { get; init; }

    /// <summary>A text without the tokens, which servers may send back.</summary>
    public string Redact(string text)
    {
        foreach (var secret in Secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Access to some repositories.</summary>
    /// <exception cref="GitException">A token holds characters that no header may have.</exception>
    public static async Task<GitAccess> ToAsync(ICredentialBroker credentials, IEnumerable<RepositoryAddress> addresses, CancellationToken cancellationToken)
    {
        var protocols = new SortedSet<string>(StringComparer.Ordinal);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        var secrets = new List<string>();
        string? missing = null;
        foreach (var address in addresses)
        {
            var url = new Uri(address.Url);
            protocols.Add(url.Scheme);
            if (address.IsLocal)
            {
                continue;
            }

            if (await credentials.ForHostAsync(address.Host, cancellationToken).ConfigureAwait(false) is { } credential)
            {
                secrets.AddRange([credential.Header[(credential.Header.LastIndexOf(' ') + 1)..], credential.Token]);
                headers[$"{url.Scheme}://{address.Host}/"] = credential.IsPlain
                    ? credential.Header
                    : throw new GitException(GitFault.AuthUnavailable, $"The token for {address.Host} holds characters that no token has, such as a line end: store it again without them.");
            }
            else
            {
                missing ??= credentials.Missing(address.Host);
            }
        }

        return new GitAccess(string.Join(':', protocols), [.. headers]) { Secrets = secrets, Missing = missing };
    }
}
