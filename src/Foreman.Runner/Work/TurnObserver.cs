using Foreman.AgentLoop;
using Foreman.Api;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Work;

/// <summary>Passes on what the loop tells of its run.</summary>
internal sealed class TurnObserver(Action<TaskProgress> turnEnded, Attempt attempt, ILogger logger) : IRunObserver
{
    /// <inheritdoc/>
    public void TurnEnded(RunProgress progress) => turnEnded(new TaskProgress
    {
        Turn = progress.Turn,
        Tool = progress.Tool,
        PromptTokens = progress.PromptTokens,
        CompletionTokens = progress.CompletionTokens,
    });

    /// <inheritdoc/>
    public void Waiting(string? reason)
    {
        if (reason is null)
        {
            logger.LogInformation("{Attempt}: the model server answers again", attempt);
        }
        else
        {
            logger.LogInformation("{Attempt} waits for the model server: {Reason}", attempt, reason);
        }
    }
}
