using Foreman.Git;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Repositories;

/// <summary>A run's files and everything that its branch does, for a gate.</summary>
/// <param name="repository">The repository.</param>
/// <param name="left">Files and folders that are no part of the change, such as the task's inputs.</param>
internal sealed class WorkingTreeSource(RunRepository repository, IReadOnlyList<string> left) : IGateSource
{
    // As large as a file of a commit may be.
    private const int MaxBaseBytes = 50 << 20;

    public string Directory => repository.Tree.Workspace;

    public async Task<IReadOnlyList<string>> FilesAsync(CancellationToken stop)
    {
        var files = (await repository.Tree.FilesAsync(RepositoryTree.MaxFiles, stop).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        foreach (var change in await repository.Tree.ChangesAsync(stop).ConfigureAwait(false))
        {
            _ = change.Kind is ChangeKind.Deleted ? files.Remove(change.Path) : files.Add(change.Path);
        }

        return [.. files.Where(f => !IsLeft(f)).Order(StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<ChangedFile>> ChangesAsync(CancellationToken stop)
    {
        var diff = await repository.Tree.DiffAsync(new DiffRequest { From = DiffFrom.Base, MaxBytes = 1 }, stop).ConfigureAwait(false);
        return [.. diff.Files.Where(f => !IsLeft(f.Path)).Select(f => new ChangedFile(f.Path, f.Kind is ChangeKind.Added, f.Kind is ChangeKind.Deleted))];
    }

    public async Task<BaseFile?> BaseAsync(string path, CancellationToken stop) =>
        await repository.Tree.FileAsync(repository.Base, path, MaxBaseBytes, stop).ConfigureAwait(false) is { } file ? new BaseFile(file.Content, file.IsExecutable, file.IsLink) : null;

    private bool IsLeft(string path) => left.Any(l => path == l || path.StartsWith(l + "/", StringComparison.Ordinal));
}
