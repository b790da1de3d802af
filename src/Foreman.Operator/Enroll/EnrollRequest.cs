using System.Text.RegularExpressions;
using Foreman.Api;

namespace Foreman.Operator.Enroll;

/// <summary>Options of an enrolment.</summary>
internal sealed partial record EnrollRequest
{
    // The host's Lease is named "fn." and the node's name, and a name has at most 253 characters.
    private const int MaxNameLength = 250;

    // Policies of every release know agents in pods, runs and fires by these names of their ServiceAccounts.
    private static readonly string[] Taken = ["foreman-agent", "foreman-run", "foreman-fire"];

    /// <summary>Name of the host's FleetNode.</summary>
    public required string Node { get; init; }

    /// <summary>Namespace that Foreman is installed in.</summary>
    public string Namespace { get; init; } = "foreman-system";

    /// <summary>URL of the API server as the host reaches it; null for the one that this machine uses.</summary>
    public Uri? Server { get; init; }

    /// <summary>How long each token of the host lives; the API server may allow less.</summary>
    public TimeSpan TokenLife { get; init; } = TokenRequests.Usual;

    /// <summary>How long the host may be without the cluster and still get tokens; zero for no longer than its token lives.</summary>
    public TimeSpan OfflineLimit { get; init; } = TokenRequests.Offline;

    /// <summary>Whether every token that the host has ends.</summary>
    public bool Rotate { get; init; }

    /// <summary>Whether the host's identity is taken away.</summary>
    public bool Revoke { get; init; }

    /// <summary>Secrets that the host is to read.</summary>
    public IReadOnlyList<SecretName> Secrets { get; init; } = [];

    /// <summary>Secrets that it is to read no more.</summary>
    public IReadOnlyList<SecretName> RevokedSecrets { get; init; } = [];

    /// <summary>Why a name is not a valid node name; null when it is valid.</summary>
    public static string? NodeNameError(string name) => Taken.Contains(name, StringComparer.Ordinal)
        ? $"'{name}' is the name of a ServiceAccount inside the cluster and can't be the name of a host: choose another"
        : name.Length <= MaxNameLength && Name().IsMatch(name)
        ? null
        : $"'{name}' can't be the name of a node: use lower-case letters, digits, '-' and '.', at most {MaxNameLength}, beginning and ending with a letter or digit";

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
