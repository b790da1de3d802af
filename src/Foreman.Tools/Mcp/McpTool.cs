using System.Text.Json;
using Foreman.Api;
using Foreman.Tools.Schemas;
using Foreman.Tools.Shell;

namespace Foreman.Tools.Mcp;

/// <summary>A tool of an MCP server.</summary>
internal sealed class McpTool(McpConnection connection, OfferedTool tool, McpPlan plan) : ITool
{
    // Above the time of the call itself, so that the server's own time-out is told and not that of the dispatcher.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    public ToolDefinition Definition => tool.Definition;

    public ToolLimits Limits { get; } = new(plan.MaxResultBytes);

    // Whatever a server says of its tools, a call may change anything that the server can reach.
    public ToolTraits Traits => connection.Server.Transport == McpTransport.Http ? ToolTraits.NeedsNetwork : ToolTraits.NeedsWorkspace;

    // The time of a server begins after the first look at the workspace, and a second one follows its answer.
    public TimeSpan DeadlineIn(ToolSettings settings) => plan.CallTimeout + Margin + (ChangesWorkspace ? 2 * WorkspaceSnapshot.Around : TimeSpan.Zero);

    // A program in the sandbox changes files of the workspace; a server elsewhere does not have them.
    private bool ChangesWorkspace => connection.Server.Transport == McpTransport.Stdio;

    public async ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        if (SchemaCheck.Mistakes(tool.Schema, arguments) is { Count: > 0 } mistakes)
        {
            throw new ToolArgumentException(
                $"{Definition.Name} was not called: {string.Join("; ", mistakes)}. Call it again with arguments like {SchemaWords.Example(tool.Schema, tool.Schema)}");
        }

        var before = ChangesWorkspace ? WorkspaceSnapshot.Take(context.Workspace, context.Snapshot, budget, context.Settings.IsRepository) : null;
        var outcome = await CallAsync(arguments, budget.Stop).ConfigureAwait(false);
        return before?.Noted(context, outcome, budget) ?? outcome;
    }

    private async Task<ToolOutcome> CallAsync(JsonElement arguments, CancellationToken stop)
    {
        var (result, failure) = await connection.CallAsync(tool.Name, arguments, stop).ConfigureAwait(false);
        if (result is null)
        {
            // It may still be done later.
            return ToolOutcome.Error($"{Definition.Name}: {failure}") with { ChangesAreIncomplete = ChangesWorkspace };
        }

        // A server may repeat the credential that it was sent.
        var outcome = McpContent.Read(result, plan.Images);
        return outcome with { Text = connection.Redacted(outcome.Text) };
    }
}
