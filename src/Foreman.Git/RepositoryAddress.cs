using System.Buffers;
using Foreman.Primitives;

namespace Foreman.Git;

/// <summary>Which addresses of repositories a host accepts.</summary>
/// <param name="DefaultForge">Where <c>owner/name</c> lies; an https URL, http only on loopback or with <paramref name="AllowPlainHttp"/>.</param>
/// <param name="AllowLocal">True also accepts folders of this host: any task could then read the repositories of its user.</param>
/// <param name="AllowPlainHttp">True also accepts http to other hosts, where tokens can be read on the way.</param>
public sealed record AddressRules(Uri DefaultForge, bool AllowLocal = false, bool AllowPlainHttp = false)
{
    /// <summary>Hosts that http is accepted to beside, as <see cref="RepositoryAddress.Host"/>: forges that were configured so.</summary>
    public IReadOnlyCollection<string> PlainHosts { get; init; } = [];

    /// <summary>GitHub, and nothing of this host.</summary>
    public static AddressRules Default { get; } = new(new Uri("https://github.com"));

    /// <summary>This host's own name: file URLs may name it, and those that name another one are refused.</summary>
    public string Machine { get; init; } = Environment.MachineName;
}

/// <summary>Where a repository lies. Holds no credentials.</summary>
public sealed record RepositoryAddress
{
    private const int MaxLength = 2048;
    private const string Suffix = ".git";
    private static readonly SearchValues<char> SegmentCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~+");

    private RepositoryAddress(string url, string host, string fullName, string? localPath) =>
        (Url, Host, FullName, LocalPath) = (url, host, fullName, localPath);

    /// <summary>What git is given: an http(s) or file URL without login, query and fragment; it ends in <c>.git</c> where that was written, and for <c>owner/name</c>.</summary>
    public string Url { get; }

    /// <summary>Host and, when it is not the scheme's, port, in small letters; empty for a folder of this host.</summary>
    public string Host { get; }

    /// <summary><c>owner/name</c>, or <c>group/subgroup/name</c>; the folder's name when it is local.</summary>
    public string FullName { get; }

    /// <summary>The folder; null when it is on a server.</summary>
    public string? LocalPath { get; }

    /// <summary>True for a folder of this host.</summary>
    public bool IsLocal => LocalPath is not null;

    /// <summary>All of <see cref="FullName"/> before the last part; empty when there is nothing.</summary>
    public string Owner => FullName.LastIndexOf('/') is > 0 and var end ? FullName[..end] : "";

    /// <summary>The last part of <see cref="FullName"/>.</summary>
    public string Name => FullName[(FullName.LastIndexOf('/') + 1)..];

    /// <summary>A folder as a file URL that names the host it lies on, so that no other host takes it for one of its own.</summary>
    /// <param name="folder">An absolute path.</param>
    /// <param name="machine">The host's name as its operating system gives it; left out of the URL when it can't stand there.</param>
    public static string FileUrl(string folder, string machine)
    {
        var host = Uri.CheckHostName(machine) is UriHostNameType.Dns ? machine.ToLowerInvariant() : "";
        return $"file://{host}{Uri.EscapeDataString(folder).Replace("%2F", "/", StringComparison.Ordinal)}";
    }

    /// <summary>Reads <c>owner/name</c>, an https URL, or where it is allowed a folder or file URL.</summary>
    /// <param name="text">From anywhere.</param>
    /// <param name="rules">What is accepted.</param>
    /// <exception cref="GitException">It is no address (BadAddress), or one that the rules refuse (NotAllowed).</exception>
    public static RepositoryAddress Parse(string text, AddressRules rules)
    {
        if (text.Length is 0 or > MaxLength || text.Any(char.IsControl))
        {
            throw Bad(text, "it is empty, too long, or holds control characters");
        }

        if (text.StartsWith('/') || text is "." or ".." || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal))
        {
            return Local(text, Path.GetFullPath(text), rules);
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            return OfUrl(text, rules);
        }

        // GitLab answers only at the name with .git, the others at both.
        return text.Split('/') is [var owner, var name] && IsSegment(owner) && IsSegment(name)
            ? OnServer(rules.DefaultForge, [.. Segments(rules.DefaultForge.AbsolutePath), owner, WithoutSuffix(name) + Suffix], rules, text)
            : throw Bad(text, text.Contains(':', StringComparison.Ordinal) ? "addresses of ssh and of other helpers of git are not used; give its https URL" : "it is neither owner/name nor a URL");
    }

    /// <summary>The URL.</summary>
    public override string ToString() => Url;

    private static RepositoryAddress OfUrl(string text, AddressRules rules)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            throw Bad(text, "it is no URL");
        }

        return url.Scheme switch
        {
            "file" when url.Query.Length > 0 || url.Fragment.Length > 0 => throw Bad(text, "it has a query or a fragment"),
            "file" when url.Host.Length == 0 => Local(text, Path.GetFullPath(url.LocalPath), rules),
            "file" when rules.AllowLocal && !string.Equals(url.Host, rules.Machine, StringComparison.OrdinalIgnoreCase) => throw new GitException(
                GitFault.NotAllowed, $"The repository {Printable.Line(text)} is a folder of {Printable.Line(url.Host)}, and this host is {Printable.Line(rules.Machine)}: start an agent there with --allow-local-repos."),
            "file" => Local(text, Path.GetFullPath(Uri.UnescapeDataString(url.AbsolutePath)), rules),
            "https" or "http" when url.UserInfo.Length > 0 => throw Bad("a URL with a login", "tokens come from the credentials of the host, never from an address"),
            "https" or "http" when url.Query.Length > 0 || url.Fragment.Length > 0 => throw Bad(text, "it has a query or a fragment"),
            "https" or "http" => OnServer(url, Segments(url.AbsolutePath), rules, text),
            _ => throw new GitException(GitFault.NotAllowed, $"The repository {Printable.Line(text)} can't be used: only https addresses are; give its https URL."),
        };
    }

    private static RepositoryAddress OnServer(Uri server, string[] path, AddressRules rules, string text)
    {
        var host = server.HostNameType is UriHostNameType.IPv6 ? $"[{server.IdnHost}]" : server.IdnHost;
        var authority = server.IsDefaultPort ? host : $"{host}:{server.Port}";
        if (server.Scheme == "http" && !server.IsLoopback && !rules.AllowPlainHttp && !rules.PlainHosts.Contains(authority, StringComparer.OrdinalIgnoreCase))
        {
            throw new GitException(GitFault.NotAllowed, $"The repository {Printable.Line(text)} can't be used: over http its token could be read on the way; give its https URL.");
        }

        if (path.Length < 2 || !path.All(IsSegment) || WithoutSuffix(path[^1]).Length == 0)
        {
            throw Bad(text, "its path is not owner/name");
        }

        var name = string.Join('/', path);
        return new RepositoryAddress($"{server.Scheme}://{authority}/{name}", authority, WithoutSuffix(name), null);
    }

    private static RepositoryAddress Local(string text, string folder, AddressRules rules)
    {
        if (!rules.AllowLocal)
        {
            throw new GitException(
                GitFault.NotAllowed, $"The repository {Printable.Line(text)} is a folder of this host, which tasks may not use here: start the agent with --allow-local-repos to permit it.");
        }

        var path = Path.TrimEndingDirectorySeparator(folder);
        return new RepositoryAddress(new Uri(FileUrl(path, "")).AbsoluteUri, "", Path.GetFileName(path), path);
    }

    private static string WithoutSuffix(string name) => name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    // A segment that begins with a dash would be an option in other programs' hands, and one of dots leads elsewhere.
    private static bool IsSegment(string text) => text.Length is > 0 and <= 255 && text[0] is not '-' && text is not ("." or "..") && !text.AsSpan().ContainsAnyExcept(SegmentCharacters);

    private static GitException Bad(string text, string why) =>
        new(GitFault.BadAddress, $"`{Printable.Line(text)}` is no address of a repository: {why}. Give owner/name or an https URL.");
}
