using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Workloads.Intake;

/// <summary>Log of issues that are taken in; event ids 2700 to 2799.</summary>
internal static partial class IntakeLog
{
    [LoggerMessage(2700, LogLevel.Warning, "The issues of {Workload} could not be looked at, which is tried again: {Message}")]
    public static partial void Failed(ILogger logger, ObjectKey workload, string message);
}
