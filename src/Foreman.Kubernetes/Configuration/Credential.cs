using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes;

/// <summary>The credential of a call.</summary>
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

/// <summary>Supplies credentials for calls.</summary>
internal interface ICredentialSource
{
    /// <summary>The credential to use now.</summary>
    /// <param name="refused">A credential that the server has just refused with 401, to be renewed if possible; else null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KubeConfigException">There is none, and why.</exception>
    ValueTask<Credential> GetAsync(Credential? refused, CancellationToken cancellationToken);
}

/// <summary>A credential that never changes.</summary>
internal sealed class StaticCredential(Credential credential) : ICredentialSource
{
    public ValueTask<Credential> GetAsync(Credential? refused, CancellationToken cancellationToken) => new(credential);
}

/// <summary>A token that the program supplies.</summary>
/// <param name="source">Gives the token to use now; it is told which one was refused.</param>
internal sealed class SuppliedToken(Func<string?, string> source) : ICredentialSource
{
    private Credential _latest = Credential.None;

    public ValueTask<Credential> GetAsync(Credential? refused, CancellationToken cancellationToken)
    {
        var token = source(refused?.Token);
        var latest = Volatile.Read(ref _latest);
        if (latest.Token != token)
        {
            latest = new(token);
            Volatile.Write(ref _latest, latest);
        }

        return new(latest);
    }
}

/// <summary>Chooses the credential source of a configuration.</summary>
internal static class CredentialSources
{
    /// <summary>What the program supplies wins; then as kubectl: a token file wins over a token, and either over a plugin.</summary>
    public static ICredentialSource Of(KubernetesClientConfiguration configuration, TimeProvider time) => configuration switch
    {
        { TokenSource: { } source } => new SuppliedToken(source),
        { TokenFile: { } file } => new TokenFileAuth(file, time),
        { AccessToken: { } token } => new StaticCredential(new(token)),
        { Exec: { } exec } => new ExecCredentialSource(new ExecPlugin(exec), time),
        _ => new StaticCredential(Credential.None),
    };
}
