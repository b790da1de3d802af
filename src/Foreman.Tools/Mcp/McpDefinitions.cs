using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Tools.Mcp;

/// <summary>A tool as its server describes it: foreign text, of which hints about what it does are not even read.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Description">For the model; may be null.</param>
/// <param name="Schema">Of its arguments.</param>
internal sealed record ForeignTool(string Name, string? Description, JsonElement Schema);

/// <summary>A tool that is offered.</summary>
/// <param name="Definition">What the model sees.</param>
/// <param name="Name">Its name on the server.</param>
/// <param name="Schema">The whole schema, by which arguments are checked.</param>
internal sealed record OfferedTool(ToolDefinition Definition, string Name, JsonElement Schema);

/// <summary>Chooses and bounds the tools of one server. Pure.</summary>
internal static class McpDefinitions
{
    /// <summary>Most tools of one server that are offered.</summary>
    internal const int MaxTools = 64;

    /// <summary>The longest description, in bytes.</summary>
    internal const int MaxDescriptionBytes = 2048;

    private const int MaxName = 200;

    /// <summary>The tools that are offered, in the server's order, and why others are not.</summary>
    /// <param name="server">As the Agent describes it.</param>
    /// <param name="tools">What the server has.</param>
    /// <param name="taken">Names that other tools have; those of the offered ones are added.</param>
    /// <param name="redacted">Takes credentials out of a text, which the server may have repeated.</param>
    internal static (IReadOnlyList<OfferedTool> Tools, IReadOnlyList<McpFault> Faults) Choose(
        McpServer server, IReadOnlyList<ForeignTool> tools, ISet<string> taken, Func<string, string> redacted)
    {
        var offered = new List<OfferedTool>();
        var faults = new List<McpFault>();
        var allowed = server.AllowedTools?.ToHashSet(StringComparer.Ordinal);
        var there = tools.DistinctBy(t => t.Name, StringComparer.Ordinal).Where(t => allowed is null || allowed.Contains(t.Name)).ToList();
        if (there.Count > MaxTools)
        {
            faults.Add(new(server.Name, null, $"it has {there.Count} tools, of which the first {MaxTools} are offered; name the ones that are needed in allowedTools"));
        }

        foreach (var tool in there.Take(MaxTools))
        {
            var (shown, refusal) = tool.Name.Length is > 0 and <= MaxName ? ForeignSchema.Read(tool.Schema) : (null, $"its name is empty or longer than {MaxName} characters");
            if (shown is null)
            {
                faults.Add(new(server.Name, Printable.Line(tool.Name, 80), refusal!));
                continue;
            }

            var name = McpToolNames.Of(server.Name, tool.Name, taken.Contains);
            _ = taken.Add(name);
            var about = Printable.CutToBytes(redacted(Printable.Text(tool.Description ?? "")).Trim(), MaxDescriptionBytes);
            offered.Add(new(new ToolDefinition(name, about.Length > 0 ? about : $"{Printable.Line(tool.Name)} of the MCP server {Printable.Line(server.Name)}", redacted(shown)), tool.Name, tool.Schema));
        }

        var missing = allowed?.Except(tools.Select(t => t.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(10) ?? [];
        faults.AddRange(missing.Select(name => new McpFault(server.Name, Printable.Line(name, 80), "allowedTools names it, and the server has no such tool")));
        return (offered, faults);
    }
}

/// <summary>What of an Agent's MCP servers a run does without.</summary>
/// <param name="Server">Name of the server.</param>
/// <param name="Tool">Name of the tool there; null when it is about the whole server.</param>
/// <param name="Why">What is wrong and, where known, what to do; printable, without a full stop. Never a credential.</param>
public sealed record McpFault(string Server, string? Tool, string Why)
{
    /// <summary>The fault in a sentence.</summary>
    public override string ToString() => Tool is null
        ? $"MCP server {Printable.Line(Server, 80)}: {Why}"
        : $"MCP server {Printable.Line(Server, 80)}, tool {Tool}: {Why}";
}
