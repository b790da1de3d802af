using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary>
/// <c>str_replace</c>: an edit by example. When the old text is not there exactly, <see cref="EditMatcher"/> looks for
/// the place that was meant; when there is none, the model gets the real text near by, and after two misses the whole file.
/// </summary>
internal sealed class StrReplaceTool : ITool
{
    /// <summary>So many misses on one file in a row, and the model is told to write the file whole.</summary>
    internal const int MissesBeforeDump = 2;

    internal const int MaxDumpLines = 400;

    public ToolDefinition Definition { get; } = new(
        KnownTools.StrReplace,
        "Replace old_string by new_string in a text file. old_string must occur exactly as often as expected_replacements says (once when absent): give enough lines around the change.",
        """{"type":"object","properties":{"path":{"type":"string","description":"relative to the workspace root"},"old_string":{"type":"string","description":"the text to replace, exactly as in the file"},"new_string":{"type":"string"},"expected_replacements":{"type":"integer","minimum":1,"description":"1 when absent"}},"required":["path","old_string","new_string"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Run(arguments, context));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context)
    {
        var given = new ToolArguments(KnownTools.StrReplace, arguments, "path", "old_string", "new_string", "expected_replacements");
        var path = given.Path("path");
        var oldText = given.Text("old_string");
        var newText = given.Text("new_string");
        var expected = given.OptionalInteger("expected_replacements", 1) ?? 1;
        if (oldText.Length == 0)
        {
            throw new ToolArgumentException("old_string is empty; to make a file or write it anew use write_file");
        }

        if (oldText == newText)
        {
            throw new ToolArgumentException("old_string and new_string are the same, so nothing would change");
        }

        var before = context.Workspace.Read(path, ToolContext.MaxFileBytes);
        if (TextFile.TryDecode(before) is not { } text)
        {
            throw new WorkspaceException($"`{path}` is a binary file of {before.Length} bytes");
        }

        var match = EditMatcher.Find(text, oldText, newText, expected);
        return match.Edited is { } edited
            ? Apply(context, path, before, edited, match)
            : ToolOutcome.Error(Miss(context.MissedEdit(path), path, text, oldText, (match.Found, expected)));
    }

    private static ToolOutcome Apply(ToolContext context, WorkspacePath path, byte[] before, string edited, EditMatch match)
    {
        var after = Encoding.UTF8.GetBytes(edited);
        if (after.AsSpan().SequenceEqual(before))
        {
            return ToolOutcome.Error($"the edit leaves `{path}` as it is");
        }

        context.Workspace.Write(path, after);
        context.Edited(path);
        var how = match.How is null ? "" : $"; matched {match.How}";
        return new ToolOutcome($"edited {path} ({match.Found} replacement{(match.Found == 1 ? "" : "s")}{how})")
        {
            Changes = [new FileChange(path.ToString(), TextFile.Sha256(before), TextFile.Sha256(after), after)],
        };
    }

    private static string Miss(int misses, WorkspacePath path, string text, string oldText, (int Found, int Expected) count)
    {
        var lines = TextFile.Lines(text);
        var said = count.Found == 0
            ? $"old_string does not occur in `{path}`"
            : $"old_string occurs {count.Found} times in `{path}`, expected {count.Expected}: give more lines around it, or set expected_replacements";
        if (misses >= MissesBeforeDump)
        {
            return $"{said}. That was miss {misses} on this file: call write_file with its whole new content. "
                + $"The file now{(lines.Length > MaxDumpLines ? $" (first {MaxDumpLines} of {lines.Length} lines)" : "")}:\n{Numbered(lines, 0, Math.Min(lines.Length, MaxDumpLines))}";
        }

        if (count.Found > 0)
        {
            return said;
        }

        var (start, end) = EditMatcher.Nearest(lines, oldText);
        return end > start ? $"{said}. The nearest text there is:\n{Numbered(lines, start, end)}" : $"{said}, which is empty";
    }

    private static string Numbered(string[] lines, int start, int end) =>
        string.Join('\n', Enumerable.Range(start, end - start).Select(i => $"{i + 1}: {lines[i]}"));
}
