namespace Foreman.Git;

/// <summary>Why something with a repository did not work: what a caller may do about it differs by these.</summary>
public enum GitFault
{
    /// <summary>There is no git command on this host.</summary>
    NotInstalled,

    /// <summary>The git command is older than 2.39.</summary>
    TooOld,

    /// <summary>A text is no address of a repository.</summary>
    BadAddress,

    /// <summary>A text is no name of a branch or a commit.</summary>
    BadName,

    /// <summary>The address or the change is one that is not permitted here.</summary>
    NotAllowed,

    /// <summary>The server wants a token, or one with other rights.</summary>
    AuthUnavailable,

    /// <summary>A repository, branch, commit or file is not there.</summary>
    NotFound,

    /// <summary>The server did not answer, or not now; another try may succeed.</summary>
    Unreachable,

    /// <summary>A call took longer than its limit.</summary>
    Timeout,

    /// <summary>Something is larger than its bound.</summary>
    TooLarge,

    /// <summary>A repository on this host is damaged.</summary>
    Corrupt,

    /// <summary>Changes on both sides touch the same lines.</summary>
    Conflict,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>git failed in another way; the message has its words.</summary>
    Failed,
}

/// <summary>Something with a repository did not work.</summary>
/// <param name="fault">Which kind of failure.</param>
/// <param name="message">What, where, why and what to do; safe to show, without secrets.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class GitException(GitFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Which kind of failure.</summary>
    public GitFault Fault { get; } = fault;

    /// <summary>True when the same call may succeed later.</summary>
    public bool MayPass => Fault is GitFault.Unreachable or GitFault.Timeout;
}
