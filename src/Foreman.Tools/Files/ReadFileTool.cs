using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary><c>read_file</c>: at most 16 KiB of a text file of any size, from any line on.</summary>
internal sealed class ReadFileTool : ITool
{
    internal const int MaxBytes = 16 << 10;

    /// <summary>So many bytes behind what is shown are read to count the lines of the file.</summary>
    internal const long MaxCountedBytes = 64 << 20;

    public ToolDefinition Definition { get; } = new(
        KnownTools.ReadFile,
        "Read a text file of the workspace. Returns at most 16 KiB, then the number of lines in the file; use offset and limit to read on.",
        """{"type":"object","properties":{"path":{"type":"string","description":"relative to the workspace root"},"offset":{"type":"integer","minimum":1,"description":"first line to return, from 1"},"limit":{"type":"integer","minimum":0,"description":"number of lines, 0 for all"}},"required":["path"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget) =>
        ValueTask.FromResult(Run(arguments, context, budget));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var given = new ToolArguments(KnownTools.ReadFile, arguments, "path", "offset", "limit");
        var offset = given.OptionalInteger("offset", 1) ?? 1;
        var limit = given.OptionalInteger("limit", 0) is > 0 and var n ? n : int.MaxValue;
        var (opened, path) = context.OpenRead(given.Text("path"), budget);
        using var file = opened;
        var isResult = ResultFolder.IsPath(path);
        var lines = new LineReader(file, MaxBytes + TextFile.Mark.Length, budget, passesNul: isResult);
        var next = Skip(lines, offset);
        var shown = next ? Head(lines, limit, out next) : default;
        if (lines.SawNul)
        {
            var head = new byte[2];
            _ = RandomAccess.Read(file, head, 0);
            throw new WorkspaceException($"`{path}` is {TextFile.KindOfBinary(head, RandomAccess.GetLength(file))}");
        }

        var total = next ? Count(lines, lines.Position + MaxCountedBytes) : Total(lines);
        if (shown.Lines == 0)
        {
            return offset == 1
                ? new ToolOutcome("\n[total_lines: 0]")
                : ToolOutcome.Error($"offset {offset} is after the end of `{path}`; total_lines: {total}");
        }

        var range = offset == 1 && !next ? "" : $"; shown: {offset} to {offset + shown.Lines - 1}";
        var broken = shown.Text.Contains('\uFFFD') ? "; U+FFFD stands for bytes that are not UTF-8" : "";
        var nul = isResult && shown.Text.Contains(TextFile.NulSymbol) ? $"; {TextFile.NulSymbol} stands for NUL bytes" : "";
        return new ToolOutcome($"{shown.Text}\n[total_lines: {total}{range}{broken}{nul}]");
    }

    private static bool Skip(LineReader lines, int offset)
    {
        while (lines.Next())
        {
            if (lines.Number == offset)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whole lines up to the byte limit; a first line that is longer than that is cut.</summary>
    /// <param name="lines">At the first line.</param>
    /// <param name="limit">Most lines, at least 1.</param>
    /// <param name="next">True when the reader is at a line that is not shown.</param>
    private static (string Text, int Lines) Head(LineReader lines, int limit, out bool next)
    {
        var text = new StringBuilder();
        var (bytes, count) = (0, 0);
        do
        {
            var line = lines.Number == 1 ? lines.Line[TextFile.StartOf(lines.Line)..] : lines.Line;
            var shown = TextFile.ShowNul(TextFile.Decode(line, isCut: lines.IsCut || line.Length > MaxBytes));
            next = true;
            bytes += Encoding.UTF8.GetByteCount(shown) + (count > 0 ? 1 : 0);
            if (count == 0 && bytes > MaxBytes)
            {
                next = lines.Next();
                return ($"{Printable.CutToBytes(shown, MaxBytes)} [line cut]", 1);
            }

            if (count == limit || bytes > MaxBytes)
            {
                return (text.ToString(), count);
            }

            _ = (count++ > 0 ? text.Append('\n') : text).Append(shown);
        }
        while (next = lines.Next());
        return (text.ToString(), count);
    }

    private static string Count(LineReader lines, long end)
    {
        while (lines.Position < end)
        {
            if (!lines.Next())
            {
                return Total(lines);
            }
        }

        return $"more than {lines.Number}";
    }

    private static string Total(LineReader lines) => lines.StoppedEarly ? $"more than {lines.Number}" : $"{lines.Number}";
}
