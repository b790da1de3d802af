using Microsoft.Extensions.Logging;

namespace Foreman.Operator.Workloads.Following;

/// <summary>Log of pull requests that are followed; event ids 2600 to 2699.</summary>
internal static partial class FollowLog
{
    [LoggerMessage(2600, LogLevel.Error, "{PullRequest} was not read")]
    public static partial void NotRead(ILogger logger, string pullRequest, Exception error);
}
