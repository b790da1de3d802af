namespace Foreman.Tools.Files;

/// <summary>
/// The places where lines of a text stand one after the other in a file, but for white space around them; places may
/// overlap. It is Knuth, Morris and Pratt's search with lines for letters.
/// </summary>
internal ref struct LineSearch
{
    private readonly ReadOnlySpan<byte> _file;
    private readonly ReadOnlySpan<byte> _wanted;
    private readonly List<Range> _lines;
    private readonly ToolBudget _budget;
    private readonly int[] _fallback;
    private readonly int[] _starts;
    private int _next;
    private int _number;
    private int _matched;

    /// <param name="file">The whole file.</param>
    /// <param name="start">Where its text begins.</param>
    /// <param name="wanted">The text.</param>
    /// <param name="lines">Its lines, at least one.</param>
    /// <param name="budget">Charged for each byte.</param>
    internal LineSearch(ReadOnlySpan<byte> file, int start, ReadOnlySpan<byte> wanted, List<Range> lines, ToolBudget budget)
    {
        _file = file;
        _wanted = wanted;
        (_lines, _budget, _next) = (lines, budget, start);
        (_fallback, _starts) = (new int[lines.Count], new int[lines.Count]);
        for (var (i, matched) = (1, 0); i < lines.Count; i++)
        {
            var line = Trimmed(wanted[lines[i]]);
            while (matched > 0 && !IsLine(matched, line))
            {
                matched = _fallback[matched - 1];
            }

            matched += IsLine(matched, line) ? 1 : 0;
            _fallback[i] = matched;
        }
    }

    /// <summary>Where the present place starts.</summary>
    public int Current { get; private set; }

    public readonly LineSearch GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_next < _file.Length)
        {
            var rest = _file[_next..];
            var length = rest.IndexOf((byte)'\n') is >= 0 and var at ? at : rest.Length;
            _budget.Spend(length + 16);
            _starts[_number % _starts.Length] = _next;
            var line = Trimmed(rest[..length]);
            _next += length + 1;
            while (_matched > 0 && !IsLine(_matched, line))
            {
                _matched = _fallback[_matched - 1];
            }

            _matched += IsLine(_matched, line) ? 1 : 0;
            _number++;
            if (_matched == _lines.Count)
            {
                _matched = _fallback[_matched - 1];
                Current = _starts[_number % _starts.Length];
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line) => line.Trim(EditMatcher.WhiteSpace);

    private readonly bool IsLine(int number, ReadOnlySpan<byte> line) => Trimmed(_wanted[_lines[number]]).SequenceEqual(line);
}
