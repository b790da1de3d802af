namespace Foreman.Runner.Stages;

/// <summary>Tells a full disk and a spent limit of open files from other faults. Pure.</summary>
internal static class DiskFaults
{
    // .NET keeps the system's error number in HResult where it has no exception of its own for it.
    private const int NoSpace = 28;
    private const int TooManyFilesOfProcess = 24;
    private const int TooManyFilesOfSystem = 23;
    private static readonly int[] QuotaExceeded = [69, 122];

    /// <summary>What a run that met this fault is; null when it is neither.</summary>
    public static WorkReport? Report(Exception fault)
    {
        for (Exception? e = fault; e is not null; e = e.InnerException)
        {
            if (e is IOException && (e.HResult == NoSpace || QuotaExceeded.Contains(e.HResult) || SaysFull(e.Message)))
            {
                return WorkReport.DiskFull($"a disk of the host is full: {fault.Message} Make room there");
            }

            if (e is IOException && e.HResult is TooManyFilesOfProcess or TooManyFilesOfSystem)
            {
                return WorkReport.Failed(
                    Foreman.Api.FailureReason.InfrastructureError,
                    $"the process has no file descriptor left: {fault.Message} Raise its limit (ulimit -n, or LimitNOFILE= of its systemd unit)");
            }
        }

        return null;
    }

    /// <summary>True when a message that lost its exception on the way is that of a full disk.</summary>
    public static bool SaysFull(string message) =>
        message.Contains("No space left on device", StringComparison.Ordinal) || message.Contains("Disk quota exceeded", StringComparison.Ordinal);
}
