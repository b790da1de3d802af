namespace Foreman.Agent.Cli;

/// <summary>Exit codes; service managers restart after <see cref="TryAgain"/> and not after <see cref="BadConfiguration"/>.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int TryAgain = 75;
    public const int BadConfiguration = 78;
}
