using System.Globalization;
using System.Text;
using Foreman.Git.Commands;

namespace Foreman.Git.Trees;

/// <summary>Looks for secrets in everything that a commit would publish: added lines, names of files, the message and the branch.</summary>
internal static class StagedSecrets
{
    private const int MaxFindings = 50;
    private const string MessageName = "(commit message)";
    private const string BranchName = "(branch name)";

    private static readonly string[] Form =
    [
        "-p", "-U0", "--text", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/",
    ];

    /// <summary>Looks through what is staged.</summary>
    /// <exception cref="GitException">The change can't be read.</exception>
    public static async Task<IReadOnlyList<SecretFinding>> FindAsync(WorkingTree tree, Staged staged, string message, SecretScan scan, CancellationToken cancellationToken)
    {
        var call = await tree.NetworkCallAsync(["diff-index", "--cached", .. Form, "HEAD", "--"], cancellationToken).ConfigureAwait(false);
        call = call with { Variables = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = staged.Index } };
        return await FindAsync(tree, call, [.. staged.Changes.Select(c => c.Path)], message, scan, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks through what differs between two states.</summary>
    /// <exception cref="GitException">The change can't be read.</exception>
    public static async Task<IReadOnlyList<SecretFinding>> FindAsync(
        WorkingTree tree, string from, string to, IReadOnlyList<JoinedFile> changes, string message, SecretScan scan, CancellationToken cancellationToken)
    {
        var call = await tree.NetworkCallAsync(["diff-tree", "-r", .. Form, from, to, "--"], cancellationToken).ConfigureAwait(false);
        return await FindAsync(tree, call, [.. changes.Select(c => c.Path)], message, scan, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<SecretFinding>> FindAsync(
        WorkingTree tree, GitCall call, IReadOnlyList<string> paths, string message, SecretScan scan, CancellationToken cancellationToken)
    {
        var findings = new List<SecretFinding>();
        var split = new SplitSecrets(scan.Known);
        void Look(string text, string path, int line)
        {
            var isSplit = split.IsIn(text, path);

            // Pieces of a long line overlap, and the name of a file may be what holds the secret.
            if (findings.Count < MaxFindings && (scan.Find(text) ?? (isSplit ? SecretScan.KnownRule : null)) is { } rule && new SecretFinding(scan.WithoutWords(path), line, rule) is var found && !findings.Contains(found))
            {
                findings.Add(found);
            }
        }

        foreach (var (text, line) in message.Split('\n').Select((l, i) => (l, i + 1)))
        {
            Look(text, MessageName, line);
        }

        Look(tree.Plan.Branch, BranchName, 1);
        paths.ToList().ForEach(p => Look(p, p, 1));
        var (code, errors) = await tree.Git.StreamAsync(call, (stream, token) => ReadAsync(stream, Look, token), cancellationToken).ConfigureAwait(false);
        return code == 0 ? findings : throw GitProgram.Failure(call, code, errors);
    }

    /// <summary>Reads a diff without context and gives each added line, or piece of a long one, with its file and number.</summary>
    public static async Task ReadAsync(Stream diff, Action<string, string, int> added, CancellationToken cancellationToken)
    {
        // Of Latin-1 every byte is one character, so keys are found in binary files and names of any kind too.
        using var reader = new StreamReader(diff, Encoding.Latin1, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024, leaveOpen: true);
        var lines = new DiffLines(reader);
        var (path, line, deletions, additions) = ("", 0, 0, 0);
        while (await lines.NextAsync(cancellationToken).ConfigureAwait(false) is { } text)
        {
            if (lines.Continues)
            {
                if (lines.First is '+' && line > 0)
                {
                    added(text, path, line - 1);
                }
            }
            else if (deletions > 0 && text.StartsWith('-'))
            {
                deletions--;
            }
            else if (additions > 0 && text.StartsWith('+'))
            {
                additions--;
                added(text[1..], path, line++);
            }
            else if (text.StartsWith("@@ ", StringComparison.Ordinal))
            {
                (deletions, line, additions) = Hunk(text);
            }
            else if (text.StartsWith("+++ ", StringComparison.Ordinal))
            {
                path = PathOf(text[4..]);
            }
        }
    }

    // "@@ -12,3 +15 @@": a count that is not written is 1.
    private static (int Deletions, int Line, int Additions) Hunk(string text)
    {
        if (text.Split(' ') is not [_, ['-', .. var before], ['+', .. var after], ..])
        {
            return default;
        }

        var (from, to) = (before.Split(','), after.Split(','));
        return (Count(from), Number(to[0]), Count(to));
    }

    private static int Count(string[] range) => range.Length > 1 ? Number(range[1]) : 1;

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string PathOf(string text)
    {
        var name = text.TrimEnd('\t').Trim('"');
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name.StartsWith("b/", StringComparison.Ordinal) ? name[2..] : name));
    }
}

/// <summary>The lines of a diff; a long one in pieces that overlap, so that what stands across a border is whole in one of them.</summary>
internal sealed class DiffLines(TextReader reader)
{
    internal const int Longest = 64 * 1024;
    internal const int Overlap = 4 * 1024;
    private readonly char[] _buffer = new char[64 * 1024];
    private readonly StringBuilder _line = new();
    private int _at;
    private int _count;
    private bool _open;

    /// <summary>True when the last piece goes on with the line of the one before.</summary>
    public bool Continues { get; private set; }

    /// <summary>The first character of the line that the last piece is of.</summary>
    public char First { get; private set; }

    /// <summary>The next line or piece of one; null at the end.</summary>
    public async ValueTask<string?> NextAsync(CancellationToken cancellationToken)
    {
        Continues = _open;
        while (true)
        {
            if (_at == _count)
            {
                (_at, _count) = (0, await reader.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false));
                if (_count == 0)
                {
                    _open = false;
                    return _line.Length > 0 ? Take(0) : null;
                }
            }

            var end = Array.IndexOf(_buffer, '\n', _at, _count - _at);
            var taken = Math.Min((end < 0 ? _count : end) - _at, Longest - _line.Length);
            _line.Append(_buffer, _at, taken);
            _at += taken;
            if (_at == end)
            {
                _at++;
                _open = false;
                return Take(0);
            }

            if (_line.Length == Longest)
            {
                _open = true;
                return Take(Overlap);
            }
        }
    }

    private string Take(int keep)
    {
        var text = _line.ToString();
        First = Continues ? First : text.Length > 0 ? text[0] : '\0';
        _line.Clear();
        _line.Append(text, text.Length - Math.Min(keep, text.Length), Math.Min(keep, text.Length));
        return text;
    }
}
