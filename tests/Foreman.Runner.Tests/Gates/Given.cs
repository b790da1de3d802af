using Foreman.Runner.Gates;
using Foreman.Sandbox;

namespace Foreman.Runner.Tests.Gates;

/// <summary>What tests of gates begin with.</summary>
internal static class Given
{
    private static readonly Lazy<Task<(Cage? Cage, string? Reason)>> Found =
        new(() => Cages.FindAsync(Cages.OfHost(), TimeProvider.System, CancellationToken.None));

    /// <summary>The cage that this host has; skips the running test where it has none.</summary>
    internal static async Task<Cage> CageAsync()
    {
        var (cage, reason) = await Found.Value;
        Assert.SkipWhen(cage is null, $"this host has no sandbox: {reason}");
        return cage;
    }

    /// <summary>A tree of files, with the texts of some.</summary>
    internal static RepositoryTree Tree(params (string Path, string Text)[] files) =>
        new(files.Select(f => f.Path), files.Where(f => RepositoryTree.Declares(f.Path)).ToDictionary(f => f.Path, f => f.Text));

    /// <summary>A command that ended so.</summary>
    internal static CageResult Ended(int? code, string output = "", string? ended = null, string errors = "") => new()
    {
        ExitCode = code,
        Ended = ended,
        Output = new OutputText(System.Text.Encoding.UTF8.GetBytes(output), default, 0),
        Errors = new OutputText(System.Text.Encoding.UTF8.GetBytes(errors), default, 0),
        Duration = TimeSpan.FromSeconds(1.2),
    };
}

/// <summary>A repository as two sets of files: the base, and what it is now, which lies in a directory.</summary>
internal sealed record FilesSource(string Directory, IReadOnlyDictionary<string, string>? Before, IReadOnlyDictionary<string, string> Now) : IGateSource
{
    /// <summary>The files of the base where they are more than a text; null for the texts.</summary>
    public Func<string, BaseFile?>? Base { get; init; }

    public static FilesSource In(string directory, IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string> now)
    {
        foreach (var (path, text) in now)
        {
            var file = Path.Combine(directory, path);
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        return new FilesSource(directory, before, now);
    }

    public Task<IReadOnlyList<string>> FilesAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<string>>([.. Now.Keys]);

    public Task<IReadOnlyList<ChangedFile>> ChangesAsync(CancellationToken stop) => Task.FromResult<IReadOnlyList<ChangedFile>>(Before is null ? [] :
    [
        .. Now.Where(f => !Before.ContainsKey(f.Key)).Select(f => new ChangedFile(f.Key, IsNew: true)),
        .. Now.Where(f => Before.TryGetValue(f.Key, out var text) && text != f.Value).Select(f => new ChangedFile(f.Key)),
        .. Before.Keys.Where(f => !Now.ContainsKey(f)).Select(f => new ChangedFile(f, IsGone: true)),
    ]);

    public Task<BaseFile?> BaseAsync(string path, CancellationToken stop) =>
        Task.FromResult(Base is { } other ? other(path) : Before?.TryGetValue(path, out var text) == true ? new BaseFile(System.Text.Encoding.UTF8.GetBytes(text)) : null);
}
