using Microsoft.Extensions.Logging;

namespace Foreman.AgentLoop;

/// <summary>Everything that the loop logs; never prompts, answers or results. Event ids are unique within this assembly.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The model server {Server} reads the prompts of {Model} anew although each begins with the one before: {Share:P0} came from its cache up to turn {Turn}. Runs of this model are slow there; another build of the server may keep its cache")]
    public static partial void PromptCacheCollapsed(this ILogger logger, string model, string server, double share, int turn);
}
