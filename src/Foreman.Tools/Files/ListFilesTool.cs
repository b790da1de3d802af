using System.Text;
using System.Text.Json;
using Foreman.Api;

namespace Foreman.Tools.Files;

/// <summary><c>list_files</c>: the files below a directory, one per line, directories with a slash; <c>.git</c>, links and special files are left out.</summary>
internal sealed class ListFilesTool : ITool
{
    internal const int MaxEntries = 500;

    /// <summary>The longest listing, in characters.</summary>
    internal const int MaxCharacters = 32 << 10;

    public ToolDefinition Definition { get; } = new(
        KnownTools.ListFiles,
        "List the files of the workspace below a directory, one path per line. Directories end with a slash; .git is left out.",
        """{"type":"object","properties":{"path":{"type":"string","description":"directory relative to the workspace root; the root when absent"},"recursive":{"type":"boolean","description":"also list what is in the directories below, true when absent"}},"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget) =>
        ValueTask.FromResult(Run(arguments, context, budget));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var given = new ToolArguments(KnownTools.ListFiles, arguments, "path", "recursive");
        var path = given.PathOrRoot("path");
        var recursive = given.OptionalBoolean("recursive") ?? true;
        if (!context.Workspace.IsDirectory(path))
        {
            return ToolOutcome.Error($"`{path}` is a file, not a directory");
        }

        var result = new StringBuilder();
        var walk = new WorkspaceWalk(context.Workspace, budget);
        var count = 0;
        foreach (var (entry, isDirectory) in walk.Entries(path, recursive))
        {
            var line = isDirectory ? $"{entry}/\n" : $"{entry}\n";
            if (count == MaxEntries || result.Length + line.Length > MaxCharacters || budget.IsNearlySpent)
            {
                _ = result.Append($"[more than {count} entries; list a directory below]\n");
                break;
            }

            count++;
            _ = result.Append(line);
        }

        _ = result.Append(walk.Notes());
        return new ToolOutcome(count == 0 ? $"no files in {path}\n{result}".TrimEnd('\n') : result.ToString().TrimEnd('\n'));
    }
}
