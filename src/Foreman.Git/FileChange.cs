namespace Foreman.Git;

/// <summary>What happened to a file.</summary>
public enum ChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>Its content or its permission to be executed is another.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>It became a symbolic link, or was one.</summary>
    TypeChanged,
}

/// <summary>A file that differs between two states of a repository.</summary>
/// <param name="Path">From the top of the repository, with slashes; bytes that are no UTF-8 are shown as U+FFFD.</param>
/// <param name="Kind">What happened to it.</param>
/// <param name="Added">Lines that are new; 0 for binary content.</param>
/// <param name="Deleted">Lines that are gone; 0 for binary content.</param>
public sealed record FileChange(string Path, ChangeKind Kind, int Added, int Deleted)
{
    /// <summary>True when its content is no text.</summary>
    public bool IsBinary { get; init; }
}
