using Foreman.Runner.Stages;

namespace Foreman.Runner.Retention;

/// <summary>
/// Finds and removes what runs left under a runner's folders: workspaces, those that were moved aside, and transcripts with
/// the contents, large results and repositories beside them. Nothing else that lies there is looked at, and no symbolic link is followed.
/// </summary>
internal sealed class RunFolders(RunnerOptions options)
{
    // The folder that links lead to is none of ours; a folder that can't be read is not removed either.
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
    private static readonly EnumerationOptions Here = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>Everything that runs left.</summary>
    /// <param name="running">The attempts that run in this process.</param>
    public IEnumerable<RunFiles> All(IReadOnlyCollection<Attempt> running)
    {
        var workspaces = running.Select(WorkspaceOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var transcripts = running.Select(a => LoopStage.TranscriptOf(options, a.Key)).ToHashSet(StringComparer.Ordinal);
        return Workspaces(workspaces).Concat(Transcripts(transcripts));
    }

    /// <summary>Folders where those of namespaces stand that hold names of workspaces, but that nothing shows to be ours.</summary>
    public IEnumerable<string> Unmarked() =>
        from space in Folders(Path.GetFullPath(options.WorkspaceRoot))
        where !WorkspaceFolder.IsOurs(space.FullName) && Folders(space.FullName).Any(w => WorkspaceFolder.IsName(w.Name))
        select space.FullName;

    /// <summary>Removes one.</summary>
    /// <returns>Why something of it is still there; null when it is gone.</returns>
    public static string? Remove(RunFiles files) => files.Paths.Select(FolderRemoval.Remove).ToList().Find(fault => fault is not null);

    private string? WorkspaceOf(Attempt attempt)
    {
        try
        {
            return WorkspaceFolder.PathOf(options.WorkspaceRoot, attempt);
        }
        catch (StageException)
        {
            // Such an attempt gets no workspace.
            return null;
        }
    }

    private IEnumerable<RunFiles> Workspaces(HashSet<string> running) =>
        from space in Folders(Path.GetFullPath(options.WorkspaceRoot))
        where WorkspaceFolder.IsOurs(space.FullName)
        from workspace in Folders(space.FullName)
        where WorkspaceFolder.IsName(workspace.Name)
        select Measure([workspace], running.Contains(workspace.FullName));

    private IEnumerable<RunFiles> Transcripts(HashSet<string> running) =>
        from file in Files(Path.Combine(Path.GetFullPath(options.StateDirectory), "transcripts"))
        where file.Extension == ".jsonl" || file.Extension == ".content" || file.Extension == ".results" || file.Extension == ".git"
        group file by Path.ChangeExtension(file.FullName, ".jsonl") into one
        select Measure([.. one], running.Contains(one.Key));

    private static RunFiles Measure(IReadOnlyList<FileSystemInfo> roots, bool isInUse)
    {
        var all = roots.Concat(roots.OfType<DirectoryInfo>().SelectMany(d => d.EnumerateFileSystemInfos("*", Below)));
        var (bytes, changed) = (0L, DateTimeOffset.MinValue);
        foreach (var entry in all)
        {
            bytes = RetentionDecision.Sum(bytes, entry is FileInfo { Exists: true } file ? file.Length : 0);
            var at = new DateTimeOffset(entry.LastWriteTimeUtc, TimeSpan.Zero);
            changed = at > changed ? at : changed;
        }

        return new RunFiles([.. roots.Select(r => r.FullName)], bytes, changed, isInUse);
    }

    private static IEnumerable<DirectoryInfo> Folders(string path) => Directory.Exists(path) ? new DirectoryInfo(path).EnumerateDirectories("*", Here) : [];

    private static IEnumerable<FileSystemInfo> Files(string path) => Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFileSystemInfos("*", Here) : [];
}
