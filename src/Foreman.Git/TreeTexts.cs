using System.Globalization;
using System.Text;

namespace Foreman.Git;

/// <summary>A text file of a commit.</summary>
/// <param name="Path">From the top of the repository, with slashes.</param>
/// <param name="Text">Its content; bytes that are no UTF-8 become U+FFFD.</param>
public sealed record FileText(string Path, string Text);

/// <summary>The text files of a commit, within bounds.</summary>
/// <param name="Files">In the order of their paths.</param>
/// <param name="LeftOut">Files that were asked for and are beyond the bounds.</param>
public sealed record TreeTexts(IReadOnlyList<FileText> Files, IReadOnlyList<string> LeftOut)
{
    /// <summary>Most files that are read.</summary>
    internal const int MaxFiles = 5_000;

    /// <summary>Most bytes of a file; a longer one is left out.</summary>
    internal const int MaxFileBytes = 2 << 20;

    // Git's answer to one command is bounded too.
    private const int BatchBytes = 8 << 20;

    // As git does: a file is binary when a NUL is near its beginning.
    private const int LookedAt = 8000;

    /// <summary>Reads files of a commit; links, pins of submodules and binary files are passed over.</summary>
    /// <param name="tree">The run; the commit is in its repository.</param>
    /// <param name="sha">All digits of the commit.</param>
    /// <param name="isWanted">Says of a path whether its text is wanted.</param>
    /// <param name="maxBytes">Most bytes of all files together, from 0; what is beyond them is left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GitException">The commit is not there, or damaged.</exception>
    public static async Task<TreeTexts> ReadAsync(WorkingTree tree, string sha, Func<string, bool> isWanted, long maxBytes, CancellationToken cancellationToken)
    {
        var listed = await tree.Git.RunAsync(
            await tree.NetworkCallAsync(["ls-tree", "-r", "-z", "-l", "--full-tree", CommitName.Checked(sha)], cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        var leftOut = new List<string>();
        var batches = new List<List<Entry>> { new() };
        var (count, all, inBatch) = (0, 0L, 0L);
        foreach (var entry in listed.Parts().Select(p => Entry.Of(Encoding.UTF8.GetString(p.Span))).OfType<Entry>().Where(e => isWanted(e.Path)))
        {
            if (entry.Size > MaxFileBytes || count == MaxFiles || all + entry.Size > maxBytes)
            {
                leftOut.Add(entry.Path);
                continue;
            }

            if (inBatch + entry.Size > BatchBytes)
            {
                batches.Add([]);
                inBatch = 0;
            }

            batches[^1].Add(entry);
            (count, all, inBatch) = (count + 1, all + entry.Size, inBatch + entry.Size);
        }

        var files = new List<FileText>();
        foreach (var batch in batches.Where(b => b.Count > 0))
        {
            files.AddRange(await ReadAsync(tree, batch, cancellationToken).ConfigureAwait(false));
        }

        return new TreeTexts(files, leftOut);
    }

    private static async Task<List<FileText>> ReadAsync(WorkingTree tree, List<Entry> batch, CancellationToken cancellationToken)
    {
        var call = await tree.NetworkCallAsync(["cat-file", "--batch", "--buffer"], cancellationToken).ConfigureAwait(false);
        var answer = await tree.Git.RunAsync(call.With(string.Concat(batch.Select(e => e.Blob + "\n"))), cancellationToken).ConfigureAwait(false);
        var (files, output, at) = (new List<FileText>(), answer.Output, 0);
        foreach (var entry in batch)
        {
            // One line of name, type and size, the content, and a line end.
            var line = output.AsSpan(Math.Min(at, output.Length)).IndexOf((byte)'\n');
            var begin = at + line + 1;
            if (line < 0 || Encoding.ASCII.GetString(output, at, line) != string.Create(CultureInfo.InvariantCulture, $"{entry.Blob} blob {entry.Size}") || begin + entry.Size > output.Length)
            {
                throw new GitException(GitFault.Corrupt, $"The repository of the run at {tree.GitDir} is damaged: it does not have the content of {entry.Path}.");
            }

            var content = output.AsSpan(begin, (int)entry.Size);
            if (content[..Math.Min(content.Length, LookedAt)].IndexOf((byte)0) < 0)
            {
                files.Add(new FileText(entry.Path, Encoding.UTF8.GetString(content)));
            }

            at = begin + (int)entry.Size + 1;
        }

        return files;
    }

    internal sealed record Entry(string Blob, long Size, string Path)
    {
        private const string Link = "120000";

        // "100644 blob <name>    <size>TAB<path>".
        public static Entry? Of(string text)
        {
            var tab = text.IndexOf('\t', StringComparison.Ordinal);
            return tab > 0 && text[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [not Link, "blob", var blob, var size]
                && CommitName.IsWhole(blob) && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                ? new Entry(blob, bytes, text[(tab + 1)..])
                : null;
        }
    }
}
