namespace Foreman.Api;

/// <summary>How a host reaches and knows the API server.</summary>
/// <param name="Server">URL of the API server as the host reaches it, without a slash at the end.</param>
public sealed record HostCluster(string Server)
{
    /// <summary>The certificates, in PEM, by one of which the server's must be signed; null for those that the host's system trusts.</summary>
    public string? Authority { get; init; }

    /// <summary>Name expected in the server's certificate; null for the host of the URL.</summary>
    public string? ServerName { get; init; }

    /// <summary>True when no certificate is checked.</summary>
    public bool SkipTlsVerify { get; init; }
}
