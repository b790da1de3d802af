using System.Collections.Frozen;
using Foreman.Primitives;

namespace Foreman.Git.Forges;

/// <summary>Which forge a host is: by setting, else by its well-known name.</summary>
/// <param name="Default">Where <c>owner/name</c> lies.</param>
public sealed record ForgeTable(ForgeEndpoint Default)
{
    private static readonly FrozenDictionary<string, ForgeEndpoint> WellKnown = new[]
    {
        ForgeEndpoint.GitHubCom,
        ForgeEndpoint.Parse("gitlab", null),
        ForgeEndpoint.Parse("gitea", "https://gitea.com"),
        ForgeEndpoint.Parse("forgejo", "https://codeberg.org"),
    }.ToFrozenDictionary(e => e.Host, StringComparer.OrdinalIgnoreCase);

    /// <summary>Forges beside the default one.</summary>
    public IReadOnlyList<ForgeEndpoint> Others { get; init; } = [];

    /// <summary>Hosts of forges that were configured with an http URL, for <see cref="AddressRules.PlainHosts"/>.</summary>
    public IReadOnlyCollection<string> PlainHosts => [.. Others.Prepend(Default).Where(e => e.Web.Scheme == Uri.UriSchemeHttp).Select(e => e.Host)];

    /// <summary>The forge and repository that an address means.</summary>
    /// <param name="address">Of a repository.</param>
    /// <returns>Refused when nothing says what its host is.</returns>
    public ForgeResult<ForgePlace> Resolve(RepositoryAddress address)
    {
        if (address.IsLocal)
        {
            return new(new ForgeError(ForgeErrorKind.Refused, "a folder of this host has no issues and no pull requests"));
        }

        // Forges may lie below paths of one host; the longest path is the nearest.
        var here = Others.Prepend(Default).Where(e => IsAt(e, address)).OrderByDescending(e => e.Web.AbsolutePath.Length);
        foreach (var endpoint in here.Concat(WellKnown.Values.Where(e => IsAt(e, address))))
        {
            var prefix = endpoint.Web.AbsolutePath.Trim('/');
            var name = prefix.Length == 0 ? address.FullName
                : address.FullName.StartsWith(prefix + "/", StringComparison.Ordinal) ? address.FullName[(prefix.Length + 1)..] : "";
            if (ForgeRepository.Parse(name) is { } repository)
            {
                return new(new ForgePlace(endpoint, repository));
            }
        }

        return new(new ForgeError(
            ForgeErrorKind.Refused, $"{Printable.Line(address.Host, 120)} is not known as a forge: say with --forge and --forge-url, or in the file of --forges, what it is"));
    }

    private static bool IsAt(ForgeEndpoint endpoint, RepositoryAddress address) => endpoint.Host.Equals(address.Host, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A repository and the forge that it lies on.</summary>
/// <param name="Endpoint">The forge.</param>
/// <param name="Repository">The repository.</param>
public sealed record ForgePlace(ForgeEndpoint Endpoint, ForgeRepository Repository);
