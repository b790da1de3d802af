using Microsoft.Extensions.Logging;

namespace Foreman.Git.Forges;

/// <summary>Everything that is logged about forges. Event ids are unique within this assembly; those of forges begin at 100.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Waiting {Seconds:0.#} s for the forge {Host}: {Why}")]
    public static partial void ForgeWaits(this ILogger logger, string host, double seconds, string why);
}
