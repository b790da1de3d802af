namespace Foreman.Hosting;

/// <summary>How a host ends: hosted services set it, <see cref="ProgramHost"/> returns it.</summary>
public sealed class HostOutcome
{
    private Exception? _failure;
    private int _exitCode;

    /// <summary>Exit code of the program; <see cref="ExitCodes.Done"/> unless set.</summary>
    public int ExitCode
    {
        get => Volatile.Read(ref _exitCode);
        set => Volatile.Write(ref _exitCode, value);
    }

    /// <summary>The first failure of a hosted service; null while there is none.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Records a failure; only the first counts.</summary>
    public void Fail(Exception failure) => Interlocked.CompareExchange(ref _failure, failure, null);
}
