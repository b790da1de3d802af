using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools.Files;
using Foreman.Tools.Forges;
using Foreman.Tools.Mcp;
using Foreman.Tools.Schedules;
using Foreman.Tools.Shell;

namespace Foreman.Tools;

/// <summary>The tools that one agent may use.</summary>
public sealed class ToolCatalog
{
    /// <summary>Every tool of this release, in the order in which models see them.</summary>
    internal static readonly ImmutableArray<ITool> All =
    [
        new ReadFileTool(), new WriteFileTool(), new StrReplaceTool(), new GrepTool(), new ListFilesTool(), new BashTool(), new FetchIssueTool(), new FetchPullRequestTool(),
        new ScheduleSetTool(), new ScheduleListTool(), new ScheduleDeleteTool(), new ScheduleHistoryTool(), new SubmitResultTool(),
    ];

    private static readonly ITool Submit = All.Single(t => t.Definition.Name == KnownTools.SubmitResult);

    private readonly Dictionary<string, ITool> _tools;

    internal ToolCatalog(IReadOnlyList<ITool> tools)
    {
        Definitions = [.. tools.Select(t => t.Definition)];
        _tools = tools.ToDictionary(t => t.Definition.Name, StringComparer.Ordinal);
        CanEdit = tools.Any(t => !t.Traits.HasFlag(ToolTraits.ReadOnly));
    }

    /// <summary>
    /// What the model is told of each tool, in a fixed order; submit_result is always among them, since nothing else ends a
    /// run well.
    /// </summary>
    public IReadOnlyList<ToolDefinition> Definitions { get; }

    /// <summary>True when some tool runs programs of the host.</summary>
    public bool RunsCommands => _tools.Values.Any(t => t.Traits.HasFlag(ToolTraits.RunsCommands));

    /// <summary>True when some tool can change the workspace.</summary>
    public bool CanEdit { get; }

    /// <summary>The tools with these names, and submit_result.</summary>
    /// <param name="names">The agent's list.</param>
    /// <exception cref="UnsupportedToolException">A name is not a tool of this release; the message lists them.</exception>
    public static ToolCatalog Of(IEnumerable<string> names) => Of(names, []);

    /// <summary>The tools with these names, those of MCP servers, and submit_result.</summary>
    /// <param name="names">The agent's list.</param>
    /// <param name="mcp">The run's connections.</param>
    /// <exception cref="UnsupportedToolException">A name is not a tool of this release; the message lists them.</exception>
    public static ToolCatalog Of(IEnumerable<string> names, McpTools mcp) => Of(names, mcp.Tools);

    /// <summary>The same for a run that judges a change: its result has findings.</summary>
    /// <param name="names">The agent's list.</param>
    /// <param name="mcp">The run's connections.</param>
    /// <exception cref="UnsupportedToolException">A name is not a tool of this release; the message lists them.</exception>
    public static ToolCatalog OfReview(IEnumerable<string> names, McpTools mcp) => Of(names, mcp.Tools, SubmitReviewTool.Instance);

    /// <summary>The same for a run that plans: its result has a plan, whose schema the model is given.</summary>
    /// <param name="names">The agent's list.</param>
    /// <param name="mcp">The run's connections.</param>
    /// <exception cref="UnsupportedToolException">A name is not a tool of this release; the message lists them.</exception>
    public static ToolCatalog OfPlan(IEnumerable<string> names, McpTools mcp) => Of(names, mcp.Tools, SubmitPlanTool.Instance);

    /// <summary>The tools with these names, those of other places, and submit_result.</summary>
    /// <param name="names">The agent's list.</param>
    /// <param name="more">Tools that are not this release's own; their names are different from all of those.</param>
    /// <param name="submit">What ends the run; null for the usual one.</param>
    /// <exception cref="UnsupportedToolException">A name is not a tool of this release; the message lists them.</exception>
    internal static ToolCatalog Of(IEnumerable<string> names, IReadOnlyList<ITool> more, ITool? submit = null)
    {
        var wanted = names.Append(KnownTools.SubmitResult).ToHashSet(StringComparer.Ordinal);
        var unknown = wanted.Where(n => KnownTools.TraitsOf(n) is null).Order(StringComparer.Ordinal).ToArray();
        return unknown.Length > 0
            ? throw new UnsupportedToolException($"tools not supported by this release: {string.Join(", ", unknown)}; supported are {string.Join(", ", KnownTools.Names)}")
            : new ToolCatalog([.. All.Where(t => wanted.Contains(t.Definition.Name) && t.Definition.Name != KnownTools.SubmitResult), .. more, submit ?? Submit]);
    }

    /// <summary>True when the agent may use this tool and it exists.</summary>
    /// <param name="name">As the model wrote it.</param>
    public bool Allows(string name) => _tools.ContainsKey(name);

    /// <summary>What a model is told that called a tool which <see cref="Allows"/> refuses.</summary>
    /// <param name="name">As the model wrote it.</param>
    public string Refusal(string name)
    {
        var allowed = string.Join(", ", Definitions.Select(d => d.Name));
        return KnownTools.TraitsOf(name) is not null
            ? $"the tool {name} exists but is not allowed to this agent; it may use {allowed}"
            : $"there is no tool `{Printable.Line(name, 60)}`; there are {allowed}";
    }

    internal ITool? Find(string name) => _tools.GetValueOrDefault(name);

    internal bool IsReadOnly(string name) => Find(name)?.Traits.HasFlag(ToolTraits.ReadOnly) is true;
}

/// <summary>An Agent lists a tool that this release does not have.</summary>
/// <param name="message">Which, and what there is.</param>
public sealed class UnsupportedToolException(string message) : Exception(message);
