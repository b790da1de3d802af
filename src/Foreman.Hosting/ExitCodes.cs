namespace Foreman.Hosting;

/// <summary>
/// Exit codes of both programs. Service managers restart a daemon after <see cref="TryAgain"/> and not after
/// <see cref="BadConfiguration"/>.
/// </summary>
public static class ExitCodes
{
    /// <summary>Done; a daemon was stopped and has drained.</summary>
    public const int Done = 0;

    /// <summary>Failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage: a flag, a value, or a file that is named and can't be read.</summary>
    public const int Usage = 2;

    /// <summary>The API server or the model server can't be reached.</summary>
    public const int NotReachable = 3;

    /// <summary>What was waited for waits itself for a person's answer.</summary>
    public const int NeedsDecision = 4;

    /// <summary><c>plan</c>: a task would wait.</summary>
    public const int Waits = 10;

    /// <summary><c>plan</c>: a task would never start, or be refused.</summary>
    public const int NeverStarts = 11;

    /// <summary>A daemon can't go on now; a restart may help.</summary>
    public const int TryAgain = 75;

    /// <summary>A daemon can't go on, and a restart doesn't help.</summary>
    public const int BadConfiguration = 78;

    /// <summary>A command was stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
