using Foreman.Api;

namespace Foreman.Runner.Stages;

/// <summary>Gathers what the run needs: its Agent, the endpoint of its model where it asks one, an empty place for its workspace.</summary>
internal sealed class PrepareStage(TaskInputs inputs, RunnerOptions options, bool asksModel = true, bool needsPrompt = true) : IStage
{
    /// <inheritdoc/>
    public string Name => "prepare";

    /// <inheritdoc/>
    public string OutsideEffect(RunRecord record) => $"makes room for a workspace under {options.WorkspaceRoot}";

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        var attempt = record.Attempt;
        if (asksModel && needsPrompt && string.IsNullOrWhiteSpace(attempt.Task.Spec.Payload.Prompt) && !IssueStage.Reads(attempt.Task.Spec))
        {
            throw new StageException(FailureReason.Unsupported, "spec.payload.prompt is empty: there is nothing to ask the model. Create the task anew with a prompt");
        }

        var agent = await inputs.AgentAsync(attempt, stop).ConfigureAwait(false);
        var workspace = WorkspaceFolder.PathOf(options.WorkspaceRoot, attempt);
        WorkspaceFolder.MakeRoom(workspace);
        if (!asksModel)
        {
            return new StageResult.Next(record with { Agent = agent, Workspace = workspace });
        }

        var profile = await inputs.ProfileAsync(attempt, agent, stop).ConfigureAwait(false);
        var model = await inputs.ModelAsync(attempt, agent, stop).ConfigureAwait(false);
        var mcp = await inputs.McpAsync(attempt, agent, stop).ConfigureAwait(false);
        return new StageResult.Next(record with
        {
            Agent = agent,
            Profile = profile,
            Model = model,
            Workspace = workspace,
            Mcp = mcp?.Plan,
            McpCredentials = mcp?.Credentials ?? new(),
        });
    }
}
