using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Files;

/// <summary><c>grep</c>: lines that match a pattern. The engine does not backtrack, so no pattern makes it slow.</summary>
internal sealed class GrepTool : ITool
{
    internal const int MaxMatches = 200;
    internal const int MaxLineCharacters = 512;

    public ToolDefinition Definition { get; } = new(
        KnownTools.Grep,
        "Find the lines of the workspace's text files that match a regular expression (RE2 syntax: no look-around, no back-references). Returns path:line:text.",
        """{"type":"object","properties":{"pattern":{"type":"string"},"path":{"type":"string","description":"file or directory to search, the whole workspace when absent"},"max":{"type":"integer","minimum":1,"maximum":200,"description":"most matches to return, 200 when absent"},"maxLineChars":{"type":"integer","minimum":1,"maximum":512,"description":"longest shown part of a line, 512 when absent"}},"required":["pattern"],"additionalProperties":false}""");

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Run(arguments, context, cancellationToken));

    private static ToolOutcome Run(JsonElement arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var given = new ToolArguments(KnownTools.Grep, arguments, "pattern", "path", "max", "maxLineChars");
        var pattern = given.Text("pattern");
        var path = given.PathOrRoot("path");
        var max = given.OptionalInteger("max", 1, MaxMatches) ?? MaxMatches;
        var width = given.OptionalInteger("maxLineChars", 1, MaxLineCharacters) ?? MaxLineCharacters;
        if (pattern.Length == 0)
        {
            return ToolOutcome.Error("pattern is empty");
        }

        Regex regex;
        try
        {
            regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return ToolOutcome.Error($"pattern `{Printable.Line(pattern)}` is not valid: {Printable.Line(e.Message)}");
        }

        var result = new StringBuilder();
        var count = 0;
        foreach (var file in Files(context.Workspace, path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var (number, line) in Matches(context.Workspace, file, regex))
            {
                if (count == max)
                {
                    return new ToolOutcome($"{result}[more than {max} matches; narrow the pattern or the path]");
                }

                count++;
                var shown = line.Length > width ? line[..width] + "…" : line;
                _ = result.Append(file).Append(':').Append(number).Append(':').Append(shown).Append('\n');
            }
        }

        return new ToolOutcome(count == 0 ? $"no matches for {Printable.Line(pattern)}" : result.ToString().TrimEnd('\n'));
    }

    private static IEnumerable<WorkspacePath> Files(Workspace workspace, WorkspacePath path) => workspace.IsDirectory(path)
        ? WorkspaceWalk.Entries(workspace, path).Where(e => !e.IsDirectory && e.Size <= ToolContext.MaxFileBytes).Select(e => e.Path)
        : [path];

    private static IEnumerable<(int Number, string Line)> Matches(Workspace workspace, WorkspacePath file, Regex regex)
    {
        string? text;
        try
        {
            text = TextFile.TryDecode(workspace.Read(file, ToolContext.MaxFileBytes));
        }
        catch (WorkspaceException)
        {
            // Gone since it was listed, or not readable: a search goes on without it.
            yield break;
        }

        var number = 0;
        foreach (var line in TextFile.Lines(text ?? ""))
        {
            number++;
            if (regex.IsMatch(line))
            {
                yield return (number, line);
            }
        }
    }
}
