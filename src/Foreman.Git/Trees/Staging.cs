using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Foreman.Git.Commands;

namespace Foreman.Git.Trees;

/// <summary>What a run changed, in an index of its own.</summary>
/// <param name="Index">The index's file.</param>
/// <param name="Changes">The files.</param>
/// <param name="LeftOut">Paths that can't be or must not be committed.</param>
internal sealed record Staged(string Index, IReadOnlyList<FileChange> Changes, IReadOnlyList<string> LeftOut);

/// <summary>Bounds on what is taken into a commit.</summary>
/// <param name="Files">Most files.</param>
/// <param name="FileBytes">Most bytes of one file.</param>
/// <param name="Bytes">Most bytes of all files together: they are written once more, outside of what a run may fill.</param>
internal sealed record StageLimits(int Files, long FileBytes, long Bytes);

/// <summary>Puts what a run changed into an index. No command looks into repositories that lie in the workspace: git would run programs that they name.</summary>
internal static class Staging
{
    private const string SubmoduleMode = "160000";

    /// <summary>Stages everything that differs from HEAD, but ignored files, nested repositories, and what is to be left.</summary>
    /// <exception cref="GitException">There is too much, or a file can't be read.</exception>
    public static async Task<Staged> StageAsync(WorkingTree tree, IReadOnlyList<string> leave, StageLimits limits, CancellationToken cancellationToken)
    {
        var index = Path.Combine(tree.GitDir, "index.staged");
        CopyIndex(Path.Combine(tree.GitDir, "index"), index);
        var status = await tree.Git.RunAsync(
            Call(tree, index, "status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignore-submodules=all", "--no-renames", "--no-ahead-behind"), cancellationToken).ConfigureAwait(false);
        var leftOut = new List<string>();
        var (gone, paths, total) = (new List<ReadOnlyMemory<byte>>(), new List<ReadOnlyMemory<byte>>(), 0L);
        foreach (var (path, isGone) in status.Parts().Select(p => (Path: PathOf(p), IsGone: p.Length > 3 && p.Span[0] == '1' && p.Span[3] == 'D')).Where(p => p.Path.Length > 0))
        {
            var shown = Encoding.UTF8.GetString(path.Span);
            if (path.Span[^1] == '/' || leave.Any(l => shown == l || shown.StartsWith(l.TrimEnd('/') + "/", StringComparison.Ordinal)))
            {
                leftOut.Add(shown);
                continue;
            }

            total = Checked(shown, SizeOf(tree, shown), total, limits);
            (isGone ? gone : paths).Add(path);
        }

        if (paths.Count + gone.Count > limits.Files)
        {
            throw new GitException(GitFault.TooLarge, $"The run changed {paths.Count + gone.Count} files, more than the {limits.Files} that a commit may have: build outputs belong into .gitignore.");
        }

        // A file whose folder became a link is not looked for behind that link.
        await UpdateAsync(tree, index, gone, ["--force-remove"], cancellationToken).ConfigureAwait(false);
        await UpdateAsync(tree, index, paths, ["--add", "--remove", "--replace"], cancellationToken).ConfigureAwait(false);
        await CheckUnnamedAsync(tree, index, [.. paths.Where(IsUnnamed)], total, limits, cancellationToken).ConfigureAwait(false);
        var compared = await tree.Git.RunAsync(
            Call(tree, index, "diff-index", "--cached", "--raw", "--numstat", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=none", "--no-ext-diff", "--no-textconv", "HEAD", "--"), cancellationToken).ConfigureAwait(false);
        return new Staged(index, Parse(compared), leftOut);
    }

    /// <summary>Copies an index with its time: git takes a file for unchanged when it is older than the index and looks the same.</summary>
    public static void CopyIndex(string from, string to)
    {
        // A command that was ended leaves its lock.
        File.Delete(to + ".lock");
        File.Copy(from, to, overwrite: true);
        File.SetLastWriteTimeUtc(to, File.GetLastWriteTimeUtc(from));
    }

    /// <summary>A call that works on the run's files through an index of its own.</summary>
    public static GitCall Call(WorkingTree tree, string index, params string[] arguments) => new(arguments)
    {
        GitDir = tree.GitDir,
        WorkTree = tree.Workspace,
        Variables = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index },
    };

    /// <summary>Reads what <c>git diff --raw --numstat -z</c> writes: first one record with the modes for each file, then one with the lines. Pure.</summary>
    /// <exception cref="GitException">A pin of a submodule was changed.</exception>
    public static IReadOnlyList<FileChange> Parse(GitAnswer answer)
    {
        var kinds = new Dictionary<string, ChangeKind>(StringComparer.Ordinal);
        var changes = new List<FileChange>();
        var parts = answer.Parts().Select(p => Encoding.Latin1.GetString(p.Span)).ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].StartsWith(':') && parts[i].Split(' ') is [_, var mode, _, _, [var letter, ..]] && i + 1 < parts.Count)
            {
                if (mode == SubmoduleMode || parts[i].StartsWith(":" + SubmoduleMode, StringComparison.Ordinal))
                {
                    throw new GitException(GitFault.NotAllowed, $"The change touches the submodule {Shown(parts[i + 1])}: a run does not change which commit a submodule has.");
                }

                kinds[parts[++i]] = letter switch { 'A' => ChangeKind.Added, 'D' => ChangeKind.Deleted, 'T' => ChangeKind.TypeChanged, _ => ChangeKind.Modified };
            }
            else if (parts[i].Split('\t', 3) is [var added, var deleted, var path])
            {
                changes.Add(new FileChange(Shown(path), kinds.GetValueOrDefault(path, ChangeKind.Modified), Number(added), Number(deleted)) { IsBinary = added == "-" });
            }
        }

        return changes;
    }

    // The formats of porcelain v2: "1" has eight fields before the path, "u" ten, "?" one.
    private static ReadOnlyMemory<byte> PathOf(ReadOnlyMemory<byte> entry)
    {
        var fields = entry.Length == 0 ? 0 : (char)entry.Span[0] switch { '1' => 8, 'u' => 10, '?' => 1, _ => 0 };
        for (var start = 0; fields > 0; fields--)
        {
            var space = entry.Span[start..].IndexOf((byte)' ');
            if (space < 0)
            {
                return default;
            }

            start += space + 1;
            if (fields == 1)
            {
                return entry[start..];
            }
        }

        return default;
    }

    private static async Task UpdateAsync(WorkingTree tree, string index, List<ReadOnlyMemory<byte>> paths, string[] options, CancellationToken cancellationToken)
    {
        if (paths.Count > 0)
        {
            await tree.Git.RunAsync(Call(tree, index, ["update-index", .. options, "-z", "--stdin"]) with { Input = Lines(paths) }, cancellationToken).ConfigureAwait(false);
        }
    }

    private static byte[] Lines(List<ReadOnlyMemory<byte>> paths)
    {
        using var input = new MemoryStream();
        paths.ForEach(p => { input.Write(p.Span); input.WriteByte(0); });
        return input.ToArray();
    }

    // The framework can't name a file whose name is no UTF-8, so its size is that of the object that was made of it.
    private static async Task CheckUnnamedAsync(WorkingTree tree, string index, List<ReadOnlyMemory<byte>> paths, long total, StageLimits limits, CancellationToken cancellationToken)
    {
        if (paths.Count == 0)
        {
            return;
        }

        var named = paths.Select(p => (ReadOnlyMemory<byte>)(byte[])[.. ":0:"u8, .. p.Span]).ToList();
        var call = Call(tree, index, "cat-file", "--batch-check=%(objectsize)", "-z") with { Input = Lines(named) };
        var sizes = (await tree.Git.RunAsync(call, cancellationToken).ConfigureAwait(false)).Text.Split('\n').Select(l => long.TryParse(l, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0);
        foreach (var (path, size) in paths.Zip(sizes))
        {
            total = Checked(Encoding.UTF8.GetString(path.Span), size, total, limits);
        }
    }

    private static bool IsUnnamed(ReadOnlyMemory<byte> path) => !Utf8.IsValid(path.Span);

    private static long SizeOf(WorkingTree tree, string path) => new FileInfo(Path.Combine(tree.Workspace, path)) is { LinkTarget: null, Exists: true } file ? file.Length : 0;

    private static long Checked(string path, long size, long total, StageLimits limits) =>
        size > limits.FileBytes
            ? throw new GitException(GitFault.TooLarge, $"The file {path} has {size >> 20} MiB, more than the {limits.FileBytes >> 20} MiB that a file of a commit may have.")
            : total + size > limits.Bytes
            ? throw new GitException(GitFault.TooLarge, $"The run changed files of more than {limits.Bytes >> 20} MiB together, the most that a commit may have: build outputs belong into .gitignore.")
            : total + size;

    private static string Shown(string latin) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin));

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
