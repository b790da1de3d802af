using System.Text;
using System.Text.Json;
using Foreman.Api;

namespace Foreman.Tools.Files;

/// <summary><c>list_files</c>: the files below a directory, one per line, directories with a slash; <c>.git</c> and links are left out.</summary>
internal sealed class ListFilesTool : ITool
{
    internal const int MaxEntries = 500;

    public ToolDefinition Definition { get; } = new(
        KnownTools.ListFiles,
        "List the files of the workspace below a directory, one path per line. Directories end with a slash; .git is left out.",
        """{"type":"object","properties":{"path":{"type":"string","description":"directory relative to the workspace root; the root when absent"},"recursive":{"type":"boolean","description":"also list what is in the directories below, true when absent"}},"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Run(arguments, context, cancellationToken));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var given = new ToolArguments(KnownTools.ListFiles, arguments, "path", "recursive");
        var path = given.PathOrRoot("path");
        var recursive = given.OptionalBoolean("recursive") ?? true;
        if (!context.Workspace.IsDirectory(path))
        {
            return ToolOutcome.Error($"`{path}` is a file, not a directory");
        }

        var result = new StringBuilder();
        var count = 0;
        foreach (var entry in WorkspaceWalk.Entries(context.Workspace, path, recursive))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++count > MaxEntries)
            {
                _ = result.Append($"[more than {MaxEntries} entries; list a directory below]\n");
                break;
            }

            _ = entry.IsDirectory ? result.Append(entry.Path).Append("/\n") : result.Append(entry.Path).Append('\n');
        }

        return new ToolOutcome(count == 0 ? $"no files in {path}" : result.ToString().TrimEnd('\n'));
    }
}
