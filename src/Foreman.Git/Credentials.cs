using System.Text;

namespace Foreman.Git;

/// <summary>What a server wants to see.</summary>
/// <param name="Token">The secret; printable ASCII without spaces.</param>
/// <param name="User">The name that goes with it; forges take any with a token.</param>
public sealed record GitCredential(string Token, string User = "x-access-token")
{
    /// <summary>The value of an Authorization header for HTTP's Basic scheme.</summary>
    internal string Header => "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Token}"));

    /// <summary>True when nothing in it could begin another header.</summary>
    internal bool IsPlain => Token.Length > 0 && Token.All(c => c is > ' ' and < (char)127) && User.All(c => c is > ' ' and < (char)127 and not ':');

    /// <summary>The user only.</summary>
    public override string ToString() => $"{User}:***";
}

/// <summary>Gives out tokens by host; the only way at them.</summary>
public interface ICredentialBroker
{
    /// <summary>Every value that was or may be given out, for scans of what leaves the host and for redaction.</summary>
    IReadOnlyCollection<string> Secrets { get; }

    /// <summary>The credential for a server; null when there is none.</summary>
    /// <param name="host">As <see cref="RepositoryAddress.Host"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ValueTask<GitCredential?> ForHostAsync(string host, CancellationToken cancellationToken);

    /// <summary>Why there was none for a server, and what to do about it, on one line; null when there is nothing to say.</summary>
    /// <param name="host">As <see cref="RepositoryAddress.Host"/>.</param>
    string? Missing(string host) => null;
}

/// <summary>Credentials that are known from the start.</summary>
/// <param name="byHost">Credentials by host, with its port when it is not the scheme's.</param>
public sealed class CredentialBroker(IReadOnlyDictionary<string, GitCredential> byHost) : ICredentialBroker
{
    private readonly Dictionary<string, GitCredential> _byHost = new(byHost, StringComparer.OrdinalIgnoreCase);

    /// <summary>Has none.</summary>
    public static CredentialBroker None { get; } = new(new Dictionary<string, GitCredential>());

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Secrets => [.. _byHost.Values.Select(c => c.Token).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public ValueTask<GitCredential?> ForHostAsync(string host, CancellationToken cancellationToken) => new(_byHost.GetValueOrDefault(host));
}
