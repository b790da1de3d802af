namespace Foreman.Runner.Repositories;

/// <summary>The Secret with a host's tokens for git servers and forges.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
public sealed record GitSecret(string Namespace, string Name)
{
    /// <summary>As it is written on the command line.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
