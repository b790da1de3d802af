namespace Foreman.Tools.Workspaces;

/// <summary>A path was refused or a file could not be read or written. The message goes to the model as it stands.</summary>
public sealed class WorkspaceException : Exception
{
    internal WorkspaceException(string message, WorkspaceFault fault = WorkspaceFault.Refused)
        : base(message) => Fault = fault;

    /// <summary>Why, for those who act on it.</summary>
    internal WorkspaceFault Fault { get; }
}

/// <summary>Kinds of <see cref="WorkspaceException"/>.</summary>
internal enum WorkspaceFault
{
    /// <summary>The path leaves the workspace, or names something that is no plain file.</summary>
    Refused,

    /// <summary>Nothing is there.</summary>
    NotFound,

    /// <summary>The disk or the permissions don't allow it.</summary>
    Storage,
}
