namespace Foreman.Operator.Cli;

/// <summary>Exit codes: the first four of commands, the last two of the daemon, for service managers.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotReachable = 3;
    public const int TryAgain = 75;
    public const int BadConfiguration = 78;
    public const int Interrupted = 130;
}
