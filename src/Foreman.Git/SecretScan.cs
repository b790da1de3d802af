using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Foreman.Git.Trees;

namespace Foreman.Git;

/// <summary>A key or token that a change would publish. Its value is not kept.</summary>
/// <param name="Path">The file; <c>(commit message)</c> or the like for what is in none.</param>
/// <param name="Line">Its line in the new file, from 1.</param>
/// <param name="Rule">What kind it is.</param>
public sealed record SecretFinding(string Path, int Line, string Rule);

/// <summary>Finds keys and tokens in text: those with a form of their own, and values that are known to be secret. Pure.</summary>
internal sealed partial class SecretScan
{
    /// <summary>The rule of values that are known.</summary>
    internal const string KnownRule = "a secret of this host";

    private const int ShortestKnown = 8;

    // Keys are wrapped at 64 characters or more.
    private const int ShortestKeyLine = 40;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t|>");

    private static readonly (string Rule, Regex Pattern)[] Rules =
    [
        ("private key", PrivateKey()),
        ("private key", EncodedPrivateKey()),
        ("Kubernetes or OpenID token", SignedToken()),
        ("AWS access key", AwsKey()),
        ("GitHub token", GitHubToken()),
        ("GitLab token", GitLabToken()),
        ("Slack token", SlackToken()),
        ("Google API key", GoogleKey()),
        ("model provider's API key", ModelKey()),
        ("package registry's token", RegistryToken()),
        ("Stripe key", StripeKey()),
        ("Hugging Face token", HuggingFaceToken()),
        ("Azure storage key", AzureKey()),
        ("login in a URL", UrlLogin()),
    ];

    // Published examples of their owners' documentation, which tests and docs quote.
    private static readonly string[] Examples = ["AKIAIOSFODNN7EXAMPLE"];

    private readonly string[] _known;
    private readonly string[] _letters;

    /// <summary>Knows some secret values, also in the forms in which they are sent.</summary>
    /// <param name="known">Values; those shorter than 8 characters are left out, for they would be found everywhere.</param>
    public SecretScan(IReadOnlyCollection<string> known)
    {
        _known = [.. known.Where(k => k.Length >= ShortestKnown).SelectMany(Forms).Distinct(StringComparer.Ordinal)];
        _letters = SplitSecrets.LettersOf(_known);
    }

    /// <summary>The values that it knows, in all forms.</summary>
    internal IReadOnlyCollection<string> Known => _known;

    /// <summary>The kind of secret that a line holds; null when it holds none.</summary>
    public string? Find(string line)
    {
        // Text of two bytes a character has a NUL between its letters.
        var text = line.Contains('\0', StringComparison.Ordinal) ? line.Replace("\0", "", StringComparison.Ordinal) : line;
        if (_known.Any(k => text.Contains(k, StringComparison.Ordinal)))
        {
            return KnownRule;
        }

        foreach (var (rule, pattern) in Rules)
        {
            foreach (var match in pattern.EnumerateMatches(text))
            {
                if (!Examples.Contains(text.Substring(match.Index, match.Length), StringComparer.Ordinal))
                {
                    return rule;
                }
            }
        }

        return null;
    }

    /// <summary>A text without the lines that hold a secret, and without all of a private key; nothing of it when a known value stands in pieces on several lines. What was left out is said.</summary>
    public string Without(string text) => Without(text, (_, rule) => LeftOut(rule));

    /// <summary>As <see cref="Without(string)"/>, but only the words that hold a secret are left out of a line.</summary>
    public string WithoutWords(string text) => Without(text, (line, rule) =>
    {
        var shown = Word().Replace(line, word => Find(word.Value) is { } found ? LeftOut(found) : word.Value);

        // The first line of a private key, and what is written with characters between its letters, is in several words.
        return Find(shown) is null ? shown : LeftOut(rule);
    });

    private string Without(string text, Func<string, string, string> shown)
    {
        var kept = new List<string>();
        var inKey = false;
        var split = SplitSecrets.Of(_letters);
        foreach (var line in text.Split('\n'))
        {
            var isSplit = split.IsIn(line, "");
            var ends = KeyEnd().IsMatch(line);
            if (inKey)
            {
                inKey = !line.Contains("-----END ", StringComparison.Ordinal);
            }
            else if (Find(line) is { } rule)
            {
                kept.Add(shown(line, rule));
                inKey = PrivateKey().IsMatch(line) && !line.Contains("-----END ", StringComparison.Ordinal);
            }
            else if (isSplit)
            {
                return LeftOut(KnownRule);
            }
            else if (ends)
            {
                // The text begins within a key, as the end of a long log may.
                var body = kept.Count - kept.AsEnumerable().Reverse().TakeWhile((l, i) => IsKeyBody(l, isLast: i == 0)).Count();
                kept.RemoveRange(body, kept.Count - body);
                kept.Add(LeftOut("private key"));
            }
            else
            {
                kept.Add(line);
            }
        }

        return string.Join('\n', kept);
    }

    // Programs may write something before each line; the last one of a key is short.
    private static bool IsKeyBody(string line, bool isLast) =>
        line.AsSpan().TrimEnd() is var text && text[(text.LastIndexOfAny(Separators) + 1)..].TrimStart("+-") is { Length: > 0 } word
        && (isLast || word.Length >= ShortestKeyLine) && !word.ContainsAnyExcept(KeyCharacters);

    private static string LeftOut(string rule) => $"[left out: {rule}]";

    private static IEnumerable<string> Forms(string value)
    {
        yield return value;
        yield return Uri.EscapeDataString(value);

        // Base64 of a longer text holds these at one of three offsets; the first and last characters depend on what is around.
        foreach (var before in (string[])["", "x", "xx"])
        {
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + value)).TrimEnd('=');
            var start = before.Length == 0 ? 0 : 4;
            if (encoded.Length - start > ShortestKnown + 2)
            {
                yield return encoded[start..^2];
            }
        }
    }

    [GeneratedRegex("-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-[23]:", RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();

    [GeneratedRegex("-----END (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----", RegexOptions.CultureInvariant)]
    private static partial Regex KeyEnd();

    [GeneratedRegex(@"\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    // As in kubeconfigs and Secrets: Base64 of the same first lines.
    [GeneratedRegex("LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFU|BFQyBQUklWQVRF|BPUEVOU1NI|BQUklWQVRF|BFTkNSWVBURUQg|BEU0EgUFJJVkFU|BQR1AgUFJJVkFU)|AGE-SECRET-KEY-1[0-9A-Z]{58}", RegexOptions.CultureInvariant)]
    private static partial Regex EncodedPrivateKey();

    // Signed by a key with a name, as the tokens of ServiceAccounts are; documentation shows others.
    [GeneratedRegex(@"\beyJhbGciOiJ[SFQ]UzI1NiIsImtpZCI6I[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]{60,}\.[A-Za-z0-9_-]{80,}", RegexOptions.CultureInvariant)]
    private static partial Regex SignedToken();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", RegexOptions.CultureInvariant)]
    private static partial Regex AwsKey();

    [GeneratedRegex(@"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{40,}", RegexOptions.CultureInvariant)]
    private static partial Regex GitHubToken();

    [GeneratedRegex(@"\bgl(?:pat|ptt|dt|rt|cbt|soat|agent)-[A-Za-z0-9_-]{20,}", RegexOptions.CultureInvariant)]
    private static partial Regex GitLabToken();

    [GeneratedRegex(@"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|https://hooks\.slack\.com/services/T[A-Za-z0-9_/]{20,}", RegexOptions.CultureInvariant)]
    private static partial Regex SlackToken();

    [GeneratedRegex(@"\bAIza[0-9A-Za-z_-]{35}\b", RegexOptions.CultureInvariant)]
    private static partial Regex GoogleKey();

    [GeneratedRegex(@"\bsk-(?:ant-|proj-|svcacct-|admin-|or-v1-)[A-Za-z0-9_-]{20,}|\bsk-[A-Za-z0-9]{40,}", RegexOptions.CultureInvariant)]
    private static partial Regex ModelKey();

    [GeneratedRegex(@"\bnpm_[A-Za-z0-9]{36}\b|\bpypi-AgEIcHlwaS[A-Za-z0-9_-]{40,}|\bdckr_pat_[A-Za-z0-9_-]{20,}|\boy2[a-z0-9]{43}\b", RegexOptions.CultureInvariant)]
    private static partial Regex RegistryToken();

    [GeneratedRegex(@"\b[sr]k_live_[0-9A-Za-z]{20,}", RegexOptions.CultureInvariant)]
    private static partial Regex StripeKey();

    [GeneratedRegex(@"\bhf_[A-Za-z]{34}\b", RegexOptions.CultureInvariant)]
    private static partial Regex HuggingFaceToken();

    [GeneratedRegex(@"AccountKey=[A-Za-z0-9+/]{86}==", RegexOptions.CultureInvariant)]
    private static partial Regex AzureKey();

    [GeneratedRegex(@"\bhttps?://[A-Za-z0-9._-]{1,64}:[A-Za-z0-9_-]{20,256}@", RegexOptions.CultureInvariant)]
    private static partial Regex UrlLogin();
}
