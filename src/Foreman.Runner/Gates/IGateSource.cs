namespace Foreman.Runner.Gates;

/// <summary>The state of a repository that a gate checks, and the state that it began with.</summary>
internal interface IGateSource
{
    /// <summary>Absolute path of the directory that holds the files.</summary>
    string Directory { get; }

    /// <summary>The files that are the repository's: without those that it ignores. Paths with slashes.</summary>
    /// <param name="stop">Gives up.</param>
    Task<IReadOnlyList<string>> FilesAsync(CancellationToken stop);

    /// <summary>What differs from the base; empty when nothing does or there is no base.</summary>
    /// <param name="stop">Gives up.</param>
    Task<IReadOnlyList<ChangedFile>> ChangesAsync(CancellationToken stop);

    /// <summary>A file as it is in the base; null when it is not there, or is none that can be read.</summary>
    /// <param name="path">One of the changes.</param>
    /// <param name="stop">Gives up.</param>
    Task<BaseFile?> BaseAsync(string path, CancellationToken stop);
}

/// <summary>A file as it is in the base.</summary>
/// <param name="Content">All of it; of a symbolic link, what that names.</param>
/// <param name="IsExecutable">True for a program.</param>
/// <param name="IsLink">True for a symbolic link.</param>
internal sealed record BaseFile(byte[] Content, bool IsExecutable = false, bool IsLink = false);

/// <summary>A file that differs from the base.</summary>
/// <param name="Path">With slashes.</param>
/// <param name="IsNew">True when the base does not have it.</param>
/// <param name="IsGone">True when it is in the base only.</param>
internal sealed record ChangedFile(string Path, bool IsNew = false, bool IsGone = false);
