using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Stages;

namespace Foreman.Runner.Repositories;

/// <summary>What a failure of git means for a task. Pure.</summary>
internal static class RepositoryFaults
{
    /// <summary>The end of the attempt.</summary>
    public static StageException Ended(GitException fault) => new(ReasonOf(fault.Fault), fault.Message);

    /// <summary>The reason; a host that lacks something gives the task back, since another one may have it.</summary>
    public static FailureReason ReasonOf(GitFault fault) => fault switch
    {
        GitFault.AuthUnavailable => FailureReason.AuthUnavailable,
        GitFault.BadAddress or GitFault.BadName or GitFault.NotAllowed => FailureReason.ConstraintViolated,
        GitFault.NotFound or GitFault.Conflict or GitFault.TooLarge => FailureReason.CloneFailed,
        _ => FailureReason.InfrastructureError,
    };
}
