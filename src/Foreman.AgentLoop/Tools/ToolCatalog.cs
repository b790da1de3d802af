using System.Collections.Frozen;

namespace Foreman.AgentLoop.Tools;

/// <summary>The tools of this release, and those that an agent may use.</summary>
internal sealed class ToolCatalog
{
    /// <summary>Every tool that this release has, in the order in which models see them.</summary>
    private static readonly ITool[] All =
    [
        new ReadFileTool(), new WriteFileTool(), new StrReplaceTool(), new GrepTool(), new ListFilesTool(), new SubmitResultTool(),
    ];

    private static readonly FrozenSet<string> Names = All.Select(t => t.Definition.Name).ToFrozenSet();
    private readonly Dictionary<string, ITool> _allowed;

    private ToolCatalog(IReadOnlyList<ITool> tools)
    {
        Tools = tools;
        _allowed = tools.ToDictionary(t => t.Definition.Name);
    }

    /// <summary>The names of all tools of this release.</summary>
    internal static IReadOnlyList<string> AllNames { get; } = [.. All.Select(t => t.Definition.Name)];

    /// <summary>The tools of this agent, in a fixed order; submit_result is always among them, since nothing else ends a run well.</summary>
    internal IReadOnlyList<ITool> Tools { get; }

    /// <summary>True when some tool can change the workspace.</summary>
    internal bool CanEdit => Tools.Any(t => !t.IsReadOnly);

    /// <summary>The tools with these names.</summary>
    /// <param name="names">The agent's list.</param>
    /// <exception cref="UnsupportedToolException">A name is not a tool of this release; the message lists them.</exception>
    internal static ToolCatalog Of(IEnumerable<string> names)
    {
        var wanted = names.Append(SubmitResultTool.Name).ToHashSet();
        var unknown = wanted.Where(n => !Names.Contains(n)).Order(StringComparer.Ordinal).ToArray();
        return unknown.Length > 0
            ? throw new UnsupportedToolException($"tools not supported by this release: {string.Join(", ", unknown)}; supported are {string.Join(", ", AllNames)}")
            : new ToolCatalog([.. All.Where(t => wanted.Contains(t.Definition.Name))]);
    }

    /// <summary>Whether the agent may use this tool and it exists.</summary>
    internal ITool? Find(string name) => _allowed.GetValueOrDefault(name);

    /// <summary>What a model is told that called a tool it does not have.</summary>
    internal string Refusal(string name)
    {
        var have = string.Join(", ", Tools.Select(t => t.Definition.Name));
        return Names.Contains(name)
            ? $"the tool {name} exists but is not allowed to this agent; it may use {have}"
            : $"there is no tool `{Workspaces.Printable.Line(name, 60)}`; there are {have}";
    }
}

/// <summary>An Agent lists a tool that this release does not have.</summary>
internal sealed class UnsupportedToolException(string message) : Exception(message);
