using System.Text;

namespace Foreman.Tools.Files;

/// <summary>The patterns of one <c>.gitignore</c>, for the paths below its directory. Pure.</summary>
internal sealed class GitIgnoreFile
{
    /// <summary>A larger file is no list of patterns that anyone wrote.</summary>
    internal const int MaxBytes = 256 << 10;

    /// <summary>Patterns behind these are not looked at.</summary>
    internal const int MaxPatterns = 4096;

    private const int MaxPatternBytes = 256;

    private readonly List<Pattern> _patterns = [];

    private GitIgnoreFile()
    {
    }

    /// <summary>Reads a file.</summary>
    internal static GitIgnoreFile Parse(ReadOnlySpan<byte> content)
    {
        var file = new GitIgnoreFile();
        for (var at = TextFile.StartOf(content); at < content.Length && file._patterns.Count < MaxPatterns;)
        {
            var rest = content[at..];
            var length = rest.IndexOf((byte)'\n') is >= 0 and var end ? end : rest.Length;
            at += length + 1;
            var line = rest[..length];
            if (TrimEnd(line is [.., (byte)'\r'] ? line[..^1] : line) is { Length: > 0 and <= MaxPatternBytes } text && text[0] != '#')
            {
                file.Add(text);
            }
        }

        return file;
    }

    /// <summary>Whether the last pattern that stands for a path ignores it or takes it back; null when none stands for it.</summary>
    /// <param name="path">Relative to the file's directory, in UTF-8.</param>
    /// <param name="isDirectory">True for a directory.</param>
    /// <param name="budget">Charged for each pattern.</param>
    internal bool? Ignores(ReadOnlySpan<byte> path, bool isDirectory, ToolBudget budget)
    {
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        for (var i = _patterns.Count - 1; i >= 0; i--)
        {
            budget.Spend(50 + path.Length);
            if (_patterns[i].IsMatch(path, name, isDirectory))
            {
                return !_patterns[i].TakesBack;
            }
        }

        return null;
    }

    /// <summary>Without blanks at the end, unless a backslash keeps them.</summary>
    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> line)
    {
        var keep = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\')
            {
                i++;
                keep = Math.Min(i + 1, line.Length);
            }
            else if (line[i] != ' ')
            {
                keep = i + 1;
            }
        }

        return line[..keep];
    }

    private void Add(ReadOnlySpan<byte> text)
    {
        var takesBack = text[0] == '!';
        text = takesBack ? text[1..] : text;
        var onlyDirectories = text is [.., (byte)'/'];
        text = onlyDirectories ? text[..^1] : text;
        var isAnchored = text.Contains((byte)'/');
        text = isAnchored && text[0] == '/' ? text[1..] : text;
        if (text.Length > 0)
        {
            _patterns.Add(new Pattern(text.ToArray(), takesBack, onlyDirectories, isAnchored));
        }
    }

    private sealed record Pattern(byte[] Text, bool TakesBack, bool OnlyDirectories, bool IsAnchored)
    {
        // Git compares what stands before the first special character as it is, and matches only the rest.
        private readonly int _plain = Text.AsSpan().IndexOfAny("*?[\\"u8) is >= 0 and var special ? special : Text.Length;

        internal bool IsMatch(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool isDirectory)
        {
            var text = IsAnchored ? path : name;
            return (!OnlyDirectories || isDirectory)
                && text.StartsWith(Text.AsSpan(0, _plain))
                && (_plain == Text.Length ? text.Length == _plain
                    : !IsAnchored && _plain == 0 && Text[0] == '*' && Text.AsSpan(1).IndexOfAny("*?[\\"u8) < 0 ? text.EndsWith(Text.AsSpan(1))
                    : GitWildmatch.IsMatch(Text.AsSpan(_plain), text[_plain..]));
        }

        public override string ToString() => Encoding.UTF8.GetString(Text);
    }
}
