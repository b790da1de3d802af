using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary>
/// <c>write_file</c>: a whole file, its directories made, what was there replaced or, on request, continued. A file that had a byte order mark, or
/// CRLF at each line, keeps them: models write neither.
/// </summary>
internal sealed class WriteFileTool : ITool
{
    public ToolDefinition Definition { get; } = new(
        KnownTools.WriteFile,
        "Write a whole file of the workspace. Makes missing directories and replaces an existing file, unless append is true.",
        """{"type":"object","properties":{"path":{"type":"string","description":"relative to the workspace root"},"content":{"type":"string","description":"the whole new content, or with append what is added"},"append":{"type":"boolean","description":"true adds content at the end of the file: for files that are too long for one call"}},"required":["path","content"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget) =>
        ValueTask.FromResult(Run(arguments, context, budget));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var given = new ToolArguments(KnownTools.WriteFile, arguments, "path", "content", "append");
        var path = given.Path("path");
        var text = given.Text("content");
        var before = context.Workspace.TryInspect(path, ToolContext.MaxReplacedBytes, budget);
        var head = before is not null && given.OptionalBoolean("append") is true ? context.Workspace.Read(path, ToolContext.MaxFileBytes) : null;
        var kept = before is null ? "" : Keep(head is null ? before : before with { HasMark = false }, ref text);
        var added = Encoding.UTF8.GetByteCount(text);
        var size = (head?.Length ?? 0) + added;
        if (size > ToolContext.MaxFileBytes)
        {
            return ToolOutcome.Error($"{(head is null ? "content" : "the file with what is added")} has {size} bytes; at most {ToolContext.MaxFileBytes} are written");
        }

        byte[] content = [.. head ?? [], .. Encoding.UTF8.GetBytes(text)];
        var sha = TextFile.Sha256(content);
        if (before?.Sha == sha)
        {
            return new ToolOutcome($"no change: {path} already has exactly this content");
        }

        budget.Check();
        context.Workspace.Write(path, content);
        context.Edited(path, sha);
        var told = head is null ? $"{(before is null ? "wrote" : "replaced")} {path} ({size} bytes{kept})" : $"added {added} bytes to {path} ({size} bytes now{kept})";
        return new ToolOutcome(told)
        {
            Changes = [new FileChange(path.ToString(), before?.Sha, sha, content)],
        };
    }

    private static string Keep(ReplacedFile before, ref string text)
    {
        var (mark, crlf) = (before.HasMark && !text.StartsWith('\uFEFF'), before.UsesCrlf && text.Contains('\n') && !text.Contains('\r'));
        text = (mark ? "\uFEFF" : "") + (crlf ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text);
        return (crlf ? "; CRLF kept" : "") + (mark ? "; byte order mark kept" : "");
    }
}
