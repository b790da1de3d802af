using Foreman.Git;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Repositories;

/// <summary>A run's files and everything that its branch does, for a gate: as they are when they are first asked for.</summary>
/// <param name="repository">The repository.</param>
/// <param name="left">Files and folders that are no part of the change, such as the task's inputs.</param>
internal sealed class WorkingTreeSource(RunRepository repository, IReadOnlyList<string> left) : IGateSource
{
    // As large as a file of a commit may be.
    private const int MaxBaseBytes = 50 << 20;

    private TreeState? _state;

    public string Directory => repository.Tree.Workspace;

    public async Task<IReadOnlyList<string>> FilesAsync(CancellationToken stop)
    {
        var files = (await StateAsync(stop).ConfigureAwait(false)).Files;

        // A list that was cut is not made shorter: its length says that there is more.
        return files.Count >= RepositoryTree.MaxFiles ? files : [.. files.Where(f => !IsLeft(f)).Order(StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<ChangedFile>> ChangesAsync(CancellationToken stop) =>
        [.. (await StateAsync(stop).ConfigureAwait(false)).Changes.Where(f => !IsLeft(f.Path)).Select(f => new ChangedFile(f.Path, f.Kind is ChangeKind.Added, f.Kind is ChangeKind.Deleted))];

    public async Task<BaseFile?> BaseAsync(string path, CancellationToken stop) =>
        await repository.Tree.FileAsync(repository.Base, path, MaxBaseBytes, stop).ConfigureAwait(false) is { } file ? new BaseFile(file.Content, file.IsExecutable, file.IsLink) : null;

    private async Task<TreeState> StateAsync(CancellationToken stop) =>
        _state ??= await repository.Tree.StateAsync(repository.Base, RepositoryTree.MaxFiles, stop).ConfigureAwait(false);

    private bool IsLeft(string path) => left.Any(l => path == l || path.StartsWith(l + "/", StringComparison.Ordinal));
}
