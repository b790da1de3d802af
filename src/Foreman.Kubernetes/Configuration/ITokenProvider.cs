namespace Foreman.Kubernetes;

/// <summary>Gives the bearer token for a request.</summary>
internal interface ITokenProvider
{
    /// <summary>The token to send now; null for none.</summary>
    /// <param name="refused">A token that the server has just refused; a provider that can renews it.</param>
    string? Token(string? refused = null);
}

/// <summary>A token that stays as it is.</summary>
internal sealed class StaticToken(string? token) : ITokenProvider
{
    public string? Token(string? refused = null) => token;
}
