using System.Text;
using System.Text.Json;
using Foreman.Api;

namespace Foreman.Tools.Files;

/// <summary><c>write_file</c>: a whole file, its directories made, what was there replaced.</summary>
internal sealed class WriteFileTool : ITool
{
    public ToolDefinition Definition { get; } = new(
        KnownTools.WriteFile,
        "Write a whole file of the workspace. Makes missing directories and replaces an existing file.",
        """{"type":"object","properties":{"path":{"type":"string","description":"relative to the workspace root"},"content":{"type":"string","description":"the whole new content"}},"required":["path","content"],"additionalProperties":false}""",
        Strict: true);

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Run(arguments, context));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context)
    {
        var given = new ToolArguments(KnownTools.WriteFile, arguments, "path", "content");
        var path = given.Path("path");
        var content = Encoding.UTF8.GetBytes(given.Text("content"));
        if (content.Length > ToolContext.MaxFileBytes)
        {
            return ToolOutcome.Error($"content has {content.Length} bytes; at most {ToolContext.MaxFileBytes} are written");
        }

        var before = context.Workspace.TryRead(path, ToolContext.MaxFileBytes);
        context.Workspace.Write(path, content);
        context.Edited(path);
        var change = new FileChange(path.ToString(), before is null ? null : TextFile.Sha256(before), TextFile.Sha256(content), content);
        return new ToolOutcome($"{(before is null ? "wrote" : "replaced")} {path} ({content.Length} bytes)") { Changes = [change] };
    }
}
