using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Runs;

/// <summary>Log of the operator's own runs; event ids 2400 to 2499.</summary>
internal static partial class RunsLog
{
    [LoggerMessage(2401, LogLevel.Error, "The outbox could not be delivered; its files stay for the next start. Look at the folder outbox in --state-dir")]
    public static partial void ReplayFailed(ILogger logger, Exception exception);

    [LoggerMessage(2402, LogLevel.Error, "Attempts that this operator holds without a run of them could not be looked for")]
    public static partial void NotReconciled(ILogger logger, Exception exception);
}
