using Foreman.Api;
using Microsoft.Extensions.Logging;

namespace Foreman.Agent.Conformance;

/// <summary>What is logged about calls of tools. Event ids are unique within this assembly.</summary>
internal static partial class Log
{
    [LoggerMessage(500, LogLevel.Information, "Calls of tools come from {Model} at {Server} as: {Form}")]
    public static partial void ToolCallsFound(this ILogger logger, string model, string server, ToolCallForm form);

    [LoggerMessage(501, LogLevel.Warning, "How calls of tools come from {Model} at {Server} could not be found out or kept")]
    public static partial void ToolCallsFault(this ILogger logger, Exception exception, string model, string server);

    [LoggerMessage(502, LogLevel.Debug, "How calls of tools come from {Model} at {Server} can't be said yet: it gave no answer, or a task began to run")]
    public static partial void ToolCallsUnknown(this ILogger logger, string model, string server);
}
