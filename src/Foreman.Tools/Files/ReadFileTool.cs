using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary><c>read_file</c>: at most 16 KiB of a text file, from any line on.</summary>
internal sealed class ReadFileTool : ITool
{
    internal const int MaxBytes = 16 << 10;

    public ToolDefinition Definition { get; } = new(
        KnownTools.ReadFile,
        "Read a text file of the workspace. Returns at most 16 KiB, then the number of lines in the file; use offset and limit to read on.",
        """{"type":"object","properties":{"path":{"type":"string","description":"relative to the workspace root"},"offset":{"type":"integer","minimum":1,"description":"first line to return, from 1"},"limit":{"type":"integer","minimum":0,"description":"number of lines, 0 for all"}},"required":["path"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Run(arguments, context));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context)
    {
        var given = new ToolArguments(KnownTools.ReadFile, arguments, "path", "offset", "limit");
        var path = given.Path("path");
        var offset = given.OptionalInteger("offset", 1) ?? 1;
        var limit = given.OptionalInteger("limit", 0) ?? 0;
        var bytes = context.Workspace.Read(path, ToolContext.MaxFileBytes);
        if (TextFile.TryDecode(bytes) is not { } text)
        {
            throw new WorkspaceException($"`{path}` is a binary file of {bytes.Length} bytes");
        }

        var lines = TextFile.Lines(text);
        if (offset > Math.Max(lines.Length, 1))
        {
            return ToolOutcome.Error($"offset {offset} is after the end of `{path}`; total_lines: {lines.Length}");
        }

        var wanted = lines.Skip(offset - 1).Take(limit == 0 ? int.MaxValue : limit);
        var shown = Head(wanted, out var count);
        var range = count < lines.Length ? $"; shown: {offset} to {offset + count - 1}" : "";
        return new ToolOutcome($"{shown}\n[total_lines: {lines.Length}{range}]");
    }

    /// <summary>Whole lines up to the byte limit; a first line that is longer than that is cut.</summary>
    private static string Head(IEnumerable<string> lines, out int count)
    {
        var result = new StringBuilder();
        var bytes = 0;
        count = 0;
        foreach (var line in lines)
        {
            bytes += Encoding.UTF8.GetByteCount(line) + 1;
            if (bytes > MaxBytes + 1)
            {
                if (count == 0)
                {
                    count = 1;
                    return Printable.CutToBytes(line, MaxBytes) + " [line cut]";
                }

                break;
            }

            _ = count++ == 0 ? result.Append(line) : result.Append('\n').Append(line);
        }

        return result.ToString();
    }
}
