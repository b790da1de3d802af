using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes;

/// <summary>What a call shows to say who asks.</summary>
/// <param name="Token">Bearer token; null for none.</param>
/// <param name="Certificate">Client certificate; null for the configuration's own.</param>
internal sealed record Credential(string? Token, X509Certificate2? Certificate = null)
{
    public static Credential None { get; } = new(Token: null);

    /// <summary>Value of the Authorization header; null for none.</summary>
    public string? Authorization { get; } = Token is null ? null : "Bearer " + Token;

    /// <summary>Neither the token nor the key may reach a log.</summary>
    public override string ToString() => $"{nameof(Credential)} ({(Token is null ? "no token" : "token")}, {(Certificate is null ? "no certificate" : "certificate")})";
}

/// <summary>Gives the credential for a call.</summary>
internal interface ICredentialSource
{
    /// <summary>The credential to use now.</summary>
    /// <param name="refused">One that the server has just refused; a source that can renews it. Else null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KubeConfigException">There is none, and why.</exception>
    ValueTask<Credential> GetAsync(Credential? refused, CancellationToken cancellationToken);
}

/// <summary>A credential that stays as it is.</summary>
internal sealed class StaticCredential(Credential credential) : ICredentialSource
{
    public ValueTask<Credential> GetAsync(Credential? refused, CancellationToken cancellationToken) => new(credential);
}

/// <summary>Chooses how a configuration identifies itself.</summary>
internal static class CredentialSources
{
    /// <summary>As kubectl: a token file wins over a token, and either over a plugin.</summary>
    public static ICredentialSource Of(KubernetesClientConfiguration configuration, TimeProvider time) => configuration switch
    {
        { TokenFile: { } file } => new TokenFileAuth(file, time),
        { AccessToken: { } token } => new StaticCredential(new(token)),
        { Exec: { } exec } => new ExecCredentials(new ExecPlugin(exec), time),
        _ => new StaticCredential(Credential.None),
    };
}
