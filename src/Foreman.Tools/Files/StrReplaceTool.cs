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

    /// <summary>The longest part of a file that is shown after a miss, in characters.</summary>
    internal const int MaxDumpCharacters = 16 << 10;

    internal const int MaxReplacements = 10_000;

    /// <summary>The longest old or new text, in bytes.</summary>
    internal const int MaxTextBytes = 512 << 10;

    public ToolDefinition Definition { get; } = new(
        KnownTools.StrReplace,
        "Replace old_string by new_string in a text file. old_string must occur exactly as often as expected_replacements says (once when absent): give enough lines around the change.",
        """{"type":"object","properties":{"path":{"type":"string","description":"relative to the workspace root"},"old_string":{"type":"string","description":"the text to replace, exactly as in the file"},"new_string":{"type":"string"},"expected_replacements":{"type":"integer","minimum":1,"description":"1 when absent"}},"required":["path","old_string","new_string"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget) =>
        ValueTask.FromResult(Run(arguments, context, budget));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var given = new ToolArguments(KnownTools.StrReplace, arguments, "path", "old_string", "new_string", "expected_replacements");
        var path = given.Path("path");
        var (oldText, newText) = (given.Text("old_string"), given.Text("new_string"));
        var expected = given.OptionalInteger("expected_replacements", 1, MaxReplacements) ?? 1;
        if (oldText == newText)
        {
            throw new ToolArgumentException(oldText.Length == 0 ? Empty : "old_string and new_string are the same, so nothing would change");
        }

        var edit = EditTexts.Of(oldText, newText);
        if (edit.Old.Length == 0)
        {
            throw new ToolArgumentException(Empty);
        }

        if (Math.Max(edit.RawOld.Length, edit.RawNew.Length) > MaxTextBytes)
        {
            throw new ToolArgumentException($"old_string and new_string may have at most {MaxTextBytes} bytes each: edit a smaller part at once");
        }

        var before = context.Read(path, budget);
        if (before.AsSpan().Contains((byte)0))
        {
            throw new WorkspaceException($"`{path}` is {TextFile.KindOfBinary(before, before.Length)}");
        }

        var defences = context.Settings.Defences;
        var match = defences.MatchesLeniently ? EditMatcher.Find(before, edit, expected, budget) : EditMatcher.FindExactly(before, edit, expected, budget);
        return match.Found == expected
            ? Apply(context, path, (before, EditWriter.Write(before, edit, match.Places, ToolContext.MaxFileBytes, budget)), match, budget)
            : ToolOutcome.Error(Miss(defences, context.MissedEdit(path), path, before, edit, (match.Found, expected), budget));
    }

    private const string Empty = "old_string is empty; to make a file or write it anew use write_file";

    private static ToolOutcome Apply(ToolContext context, WorkspacePath path, (byte[] Before, byte[] After) file, EditMatch match, ToolBudget budget)
    {
        if (file.After.AsSpan().SequenceEqual(file.Before))
        {
            return new ToolOutcome($"no change: {path} already reads so; an edit keeps the line ends and the indentation of the file");
        }

        var (shaBefore, shaAfter) = (TextFile.Sha256(file.Before), TextFile.Sha256(file.After));
        budget.Check();
        context.Workspace.Write(path, file.After);
        context.Edited(path, shaAfter);
        var how = match.How is null ? "" : $"; matched {match.How}";
        return new ToolOutcome($"edited {path} ({match.Found} replacement{(match.Found == 1 ? "" : "s")}{how})")
        {
            Changes = [new FileChange(path.ToString(), shaBefore, shaAfter, file.After)],
        };
    }

    private static string Miss(ToolDefences defences, int misses, WorkspacePath path, byte[] file, EditTexts edit, (int Found, int Expected) count, ToolBudget budget)
    {
        var said = count.Found == 0
            ? $"old_string does not occur in `{path}`"
            : $"old_string occurs {count.Found} times in `{path}`, expected {count.Expected}: give more lines around it, or set expected_replacements";
        if (misses >= MissesBeforeDump && defences.EscalatesToWholeFile)
        {
            var lines = file.AsSpan().Count((byte)'\n') + (file is [.., not (byte)'\n'] ? 1 : 0);
            return $"{said}. That was miss {misses} on this file: call write_file with its whole new content. "
                + $"The file now{(lines > MaxDumpLines ? $" (first {MaxDumpLines} of {lines} lines)" : "")}:\n{NearestLines.Numbered(file, 0, MaxDumpLines, MaxDumpCharacters)}";
        }

        if (count.Found > 0 || !defences.ShowsNearestText)
        {
            return said;
        }

        var (start, end) = NearestLines.Find(file, edit.Old, budget);
        return end > start ? $"{said}. The nearest text there is:\n{NearestLines.Numbered(file, start, end, MaxDumpCharacters)}" : $"{said}, which is empty";
    }
}
