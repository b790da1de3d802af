using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Foreman.Primitives;
using Foreman.Tools.Workspaces;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools.Files;

/// <summary>One search: what it found, and what it did not look at.</summary>
internal sealed class GrepSearch(Workspace workspace, GrepPattern pattern, (int Max, int Width) shown, ToolBudget budget)
{
    /// <summary>The longest list of matches, in bytes of UTF-8.</summary>
    internal const int MaxBytes = 32 << 10;

    /// <summary>The longest line that is searched whole, in bytes.</summary>
    internal const int MaxLineBytes = 64 << 10;

    /// <summary>So many bytes are searched on, only to count, after the last match that is shown.</summary>
    internal const long MaxCountedBytes = 32 << 20;

    /// <summary>Lines that took the engine too long, before the search gives up.</summary>
    private const int MaxSlowLines = 8;

    private readonly StringBuilder _result = new();
    private int _bytes;
    private int _listed;
    private long _found;
    private long _counted;
    private int _cut;
    private int _slow;
    private int _unfinished;
    private int _unread;
    private int _binary;
    private string? _stopped;

    private bool IsFull { get; set; }

    /// <summary>Searches a file; false when the search is over.</summary>
    internal bool Add(WorkspacePath file)
    {
        try
        {
            using var open = workspace.OpenRead(file);
            Add(file.ToString(), open);
        }
        catch (Exception e) when (e is WorkspaceException or IOException or UnauthorizedAccessException)
        {
            // Gone since it was listed, or not readable: a search goes on without it.
            _unread++;
        }

        return _stopped is null;
    }

    /// <summary>Searches an open file.</summary>
    /// <param name="name">For the matches.</param>
    /// <param name="open">The file.</param>
    /// <param name="passesNul">True when NUL bytes don't make it a binary file.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    internal void Add(string name, SafeFileHandle open, bool passesNul = false)
    {
        var lines = new LineReader(open, MaxLineBytes, budget, passesNul);
        var characters = ArrayPool<char>.Shared.Rent(MaxLineBytes);
        try
        {
            AddLines(name, lines, characters);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }

        _binary += IsBinary(lines) ? 1 : 0;
        _unfinished += lines.StoppedEarly && !IsBinary(lines) ? 1 : 0;
    }

    /// <summary>What the model reads.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="notes">Lines about what was not walked through.</param>
    internal string Report(string text, string notes)
    {
        if (_found == 0)
        {
            _ = _result.Append("no matches for ").Append(Printable.Line(ShownName.Of(text))).Append('\n');
        }
        else if (IsFull)
        {
            var more = _found - _listed;
            _ = _result.Append($"[{(_stopped is null ? "" : "at least ")}{more} more match{(more == 1 ? "" : "es")}; narrow the pattern or the path]\n");
        }

        if (_stopped is { } why && !(IsFull && why.Length == 0))
        {
            _ = _result.Append($"[{why}; narrow the pattern or the path]\n");
        }

        _ = _result.Append(notes);
        Note(_binary, "binary file", "not searched");
        Note(_unread, "file", "could not be read");
        Note(_cut, "line", $"longer than {MaxLineBytes} bytes searched in the beginning only");
        Note(_slow, "line", "given up because the pattern took too long");
        Note(_unfinished, "file", "not searched to the end");
        return _result.ToString().TrimEnd('\n');
    }

    private void AddLines(string file, LineReader lines, char[] characters)
    {
        while (_stopped is null && lines.Next())
        {
            if (IsBinary(lines))
            {
                return;
            }

            var line = lines.Line;
            var isFirst = lines.Number == 1;
            var start = isFirst ? TextFile.StartOf(line) : 0;
            var length = TextFile.Decode(line[start..], lines.IsCut, characters);
            _cut += lines.IsCut ? 1 : 0;
            budget.Spend(length + 64);
            if (IsMatch(characters.AsSpan(0, length)))
            {
                List(file, lines.Number, characters.AsSpan(0, length));
            }

            _counted += IsFull ? line.Length + 1 : 0;
            _stopped ??= IsFull && _counted > MaxCountedBytes ? "" : budget.IsNearlySpent ? "the time was over before everything was searched" : null;
        }
    }

    // A NUL in the beginning tells that a file is no text; one further on only ends the search in it.
    private static bool IsBinary(LineReader lines) => lines.SawNul && lines.Position <= MaxLineBytes;

    private bool IsMatch(ReadOnlySpan<char> line)
    {
        try
        {
            return pattern.IsMatch(line);
        }
        catch (RegexMatchTimeoutException)
        {
            budget.Check();
            if (++_slow == MaxSlowLines)
            {
                _stopped = "the search was ended: the pattern takes too long";
            }

            return false;
        }
    }

    private void List(string file, long number, ReadOnlySpan<char> line)
    {
        _found++;
        if (IsFull)
        {
            return;
        }

        var width = Printable.PrefixLength(line, shown.Width);
        var row = $"{file}:{number}:{TextFile.ShowNul(line[..width].ToString())}{(width < line.Length ? "…" : "")}\n";
        var bytes = Encoding.UTF8.GetByteCount(row);
        IsFull = _listed == shown.Max || _bytes + bytes > MaxBytes;
        if (!IsFull)
        {
            _ = _result.Append(row);
            _bytes += bytes;
            _listed++;
        }
    }

    private void Note(int count, string noun, string what)
    {
        if (count > 0)
        {
            _ = _result.Append($"[{count} {noun}{(count == 1 ? "" : "s")} {what}]\n");
        }
    }
}
