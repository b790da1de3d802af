using System.Text.Json;
using Foreman.Api;

namespace Foreman.Tools.Files;

/// <summary>
/// <c>grep</c>: lines that match a pattern. Files are read line by line, so their size does not matter, and the engine does
/// not backtrack, so no pattern that <see cref="GrepPattern"/> takes makes it slow.
/// </summary>
internal sealed class GrepTool : ITool
{
    internal const int MaxMatches = 200;
    internal const int MaxLineCharacters = 512;

    public ToolDefinition Definition { get; } = new(
        KnownTools.Grep,
        "Find the lines of the workspace's text files that match a regular expression (RE2 syntax: no look-around, no back-references). Returns path:line:text.",
        """{"type":"object","properties":{"pattern":{"type":"string"},"path":{"type":"string","description":"file or directory to search, the whole workspace when absent"},"max":{"type":"integer","minimum":1,"maximum":200,"description":"most matches to return, 200 when absent"},"maxLineChars":{"type":"integer","minimum":1,"maximum":512,"description":"longest shown part of a line, 512 when absent"}},"required":["pattern"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget) =>
        ValueTask.FromResult(Run(arguments, context, budget));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var given = new ToolArguments(KnownTools.Grep, arguments, "pattern", "path", "max", "maxLineChars");
        var text = given.Text("pattern");
        var max = given.OptionalInteger("max", 1, MaxMatches) ?? MaxMatches;
        var width = given.OptionalInteger("maxLineChars", 1, MaxLineCharacters) ?? MaxLineCharacters;
        if (text.Length == 0)
        {
            return ToolOutcome.Error("pattern is empty");
        }

        var search = new GrepSearch(context.Workspace, GrepPattern.Of(text), (max, width), budget);
        var place = given.OptionalText("path") ?? "";
        if (ResultFolder.IsPath(place))
        {
            using var result = context.OpenRead(place, budget).File;
            search.Add(place, result, passesNul: true);
            return new ToolOutcome(search.Report(text, ""));
        }

        var path = given.PathOrRoot("path");
        if (!context.Workspace.IsDirectory(path))
        {
            // What can't be read is told of the one file that was asked for; in a walk it is counted.
            context.Workspace.OpenRead(path).Dispose();
            _ = search.Add(path);
            return new ToolOutcome(search.Report(text, ""));
        }

        var walk = new WorkspaceWalk(context.Workspace, budget);
        foreach (var (file, isDirectory) in walk.Entries(path))
        {
            if (!isDirectory && !search.Add(file))
            {
                break;
            }
        }

        return new ToolOutcome(search.Report(text, walk.Notes()));
    }
}
