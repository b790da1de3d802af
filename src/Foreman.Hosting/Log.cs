using Microsoft.Extensions.Logging;

namespace Foreman.Hosting;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Telemetry is not exported: {Error}. Work goes on; the same is not logged again")]
    public static partial void ExportFailed(this ILogger logger, string error);

    [LoggerMessage(2, LogLevel.Warning, "{Problem}")]
    public static partial void TelemetrySettingIgnored(this ILogger logger, string problem);

    [LoggerMessage(3, LogLevel.Warning, "The telemetry of the last seconds could not be exported within {Seconds:0.#} s and is lost")]
    public static partial void ShutdownTimedOut(this ILogger logger, double seconds);
}
