using System.Text.Json;
using Foreman.AgentLoop.Telemetry;
using Foreman.AgentLoop.Tools;
using Foreman.AgentLoop.Workspaces;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop;

/// <summary>Runs one tool call and turns every way it can fail into words for the model.</summary>
internal sealed class ToolRunner(ToolCatalog catalog, ToolContext context, TimeProvider time)
{
    /// <summary>True when a call changes nothing.</summary>
    internal bool IsReadOnly(ToolCall call) => catalog.Find(call.Name)?.IsReadOnly is not false;

    internal ToolOutcome Run(ToolCall call, CancellationToken cancellationToken)
    {
        using var span = LoopTelemetry.StartTool(call.Name, call.Id);
        var started = time.GetTimestamp();
        var outcome = RunGuarded(call, cancellationToken);
        LoopTelemetry.EndTool(span, call.Name, outcome.IsError, time.GetElapsedTime(started));
        return outcome;
    }

    private ToolOutcome RunGuarded(ToolCall call, CancellationToken cancellationToken)
    {
        if (catalog.Find(call.Name) is not { } tool)
        {
            return ToolOutcome.Error(catalog.Refusal(call.Name));
        }

        try
        {
            using var arguments = JsonDocument.Parse(call.Arguments);
            return tool.Run(arguments.RootElement, context, cancellationToken);
        }
        catch (Exception e) when (e is ToolArgumentException or WorkspaceException)
        {
            return ToolOutcome.Error(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ToolOutcome.Error($"{call.Name} failed in the workspace `{context.Workspace.Directory}`: {e.Message}");
        }
    }
}
