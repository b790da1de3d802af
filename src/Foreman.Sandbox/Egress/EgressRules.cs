using System.Globalization;
using Foreman.Primitives;

namespace Foreman.Sandbox.Egress;

/// <summary>The hosts that commands may reach, by name and port. Everything else is refused.</summary>
public sealed class EgressRules
{
    /// <summary>Most entries of a list.</summary>
    public const int MaxEntries = 64;

    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;
    private static readonly int[] UsualPorts = [80, 443];

    // Names of clusters, of this host and of the metadata services of clouds; their addresses are refused as well.
    private static readonly string[] Never =
        ["localhost", "local", "internal", "svc", "cluster.local", "home.arpa", "metadata", "instance-data", "kubernetes", "kubernetes.default"];

    private readonly IReadOnlyList<Rule> _rules;

    private EgressRules(IReadOnlyList<Rule> rules) => _rules = rules;

    /// <summary>No host.</summary>
    public static EgressRules None { get; } = new([]);

    /// <summary>True when no host can be reached.</summary>
    public bool IsEmpty => _rules.Count == 0;

    /// <summary>Reads an Agent's list.</summary>
    /// <param name="entries"><c>example.com</c>, <c>*.example.com</c> for every name below it, either with <c>:PORT</c> instead of 80 and 443.</param>
    /// <param name="fault">The first entry that is wrong, and why; null when none is.</param>
    /// <returns>The rules; <see cref="None"/> with a fault.</returns>
    public static EgressRules Parse(IReadOnlyList<string> entries, out string? fault)
    {
        var rules = new List<Rule>();
        fault = entries.Count > MaxEntries ? $"it has {entries.Count} entries, at most {MaxEntries} are allowed" : null;
        foreach (var entry in fault is null ? entries : [])
        {
            if (Read(entry, out var reason) is not { } rule)
            {
                fault = $"`{Printable.Line(entry, 80)}` {reason}";
                return None;
            }

            rules.Add(rule);
        }

        return fault is null ? new EgressRules(rules) : None;
    }

    /// <summary>Why a host can't be reached; null when it can.</summary>
    /// <param name="host">As the client named it.</param>
    /// <param name="port">The port that it asks for.</param>
    public string? Refusal(string host, int port)
    {
        var name = Normal(host);
        if (IsNever(name))
        {
            return "names of this host, of clusters and of metadata services are never reachable";
        }

        var named = _rules.Where(r => r.Names(name)).ToArray();
        return named.Length == 0 ? $"it is not listed in the Agent's spec.egress, which has {Shown()}"
            : named.Any(r => r.Allows(port)) ? null
            : $"port {port.ToString(CultureInfo.InvariantCulture)} is not listed in the Agent's spec.egress, which has {Shown()}";
    }

    private static bool IsNever(string name) => Never.Any(n => name == n || name.EndsWith("." + n, StringComparison.Ordinal));

    private static string Normal(string host) => host.TrimEnd('.').ToLowerInvariant();

    private string Shown() => IsEmpty ? "no entries" : string.Join(", ", _rules.Take(10).Select(r => r.Text)) + (_rules.Count > 10 ? ", …" : "");

    private static Rule? Read(string entry, out string reason)
    {
        var (name, port) = (entry, (int?)null);
        if (entry.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0)
        {
            if (!int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            {
                reason = "has no port from 1 to 65535 after the colon";
                return null;
            }

            (name, port) = (entry[..colon], number);
        }

        var wildcard = name.StartsWith("*.", StringComparison.Ordinal);
        var domain = wildcard ? name[2..] : name;
        reason = Fault(domain) ?? "";
        return reason.Length > 0 ? null : new Rule(entry, domain, wildcard, port is { } p ? [p] : UsualPorts);
    }

    private static string? Fault(string domain) =>
        domain.Length is 0 or > MaxNameLength || !domain.Split('.').All(IsLabel) ? "is no domain name in lower case, such as example.com or *.example.com"
        : !domain.Contains('.', StringComparison.Ordinal) ? "has one label only; name the domain too"
        : domain.Split('.')[^1].All(char.IsAsciiDigit) ? "is an address; only names can be listed"
        : IsNever(domain) ? "is a name of this host, of a cluster or of a metadata service, which are never reachable"
        : null;

    private static bool IsLabel(string label) => label.Length is > 0 and <= MaxLabelLength
        && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_') && label[0] != '-' && label[^1] != '-';

    private sealed record Rule(string Text, string Domain, bool Wildcard, IReadOnlyList<int> Ports)
    {
        public bool Names(string name) => Wildcard ? name.EndsWith("." + Domain, StringComparison.Ordinal) : name == Domain;

        public bool Allows(int port) => Ports.Contains(port);
    }
}
