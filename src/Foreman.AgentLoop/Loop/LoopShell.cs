using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Telemetry;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>Executes the effects of <see cref="LoopMachine"/> in order and feeds their results back to it.</summary>
internal sealed class LoopShell(AgentRunRequest request, AgentRunServices services, LoopRules rules, ModelClient model, ToolDispatcher tools)
{
    /// <summary>Shorter results are hardly ever cut, and a call gives them again.</summary>
    private const int MinKeptCharacters = 2048;

    /// <summary>Runs until the end.</summary>
    /// <param name="step">What is done first.</param>
    /// <param name="outer">Cancelled to stop the run.</param>
    /// <param name="deadline">Cancelled by the outer token and when the run's time is over.</param>
    internal async Task<LoopState> RunAsync(LoopStep step, CancellationToken outer, CancellationToken deadline)
    {
        while (true)
        {
            LoopEvent? happened = null;
            foreach (var effect in step.Effects)
            {
                happened = await ExecuteAsync(effect, outer, deadline).ConfigureAwait(false) ?? happened;
            }

            if (happened is null)
            {
                return step.State;
            }

            step = LoopMachine.Next(rules, step.State, happened);
        }
    }

    private async Task<LoopEvent?> ExecuteAsync(LoopEffect effect, CancellationToken outer, CancellationToken deadline)
    {
        switch (effect)
        {
            case LoopEffect.Append append:
                await AppendAsync(append.Record).ConfigureAwait(false);
                if (append.Record is PromptCacheCollapsed collapse)
                {
                    LoopTelemetry.CacheCollapsed(rules.Model);
                    services.Logger.PromptCacheCollapsed(rules.Model, request.Model.Url.Host, collapse.Share, collapse.Turn);
                }

                return null;

            case LoopEffect.EndTurn turn:
                await services.Transcript.EndTurnAsync(CancellationToken.None).ConfigureAwait(false);
                services.Observer?.TurnEnded(turn.Progress);
                return null;

            case LoopEffect.Refuse refused:
                tools.Refused(refused.Call);
                return null;

            case LoopEffect.Finish:
                return null;

            case var _ when services.Transcript.IsFull:
                NotRun(effect);
                return new LoopEvent.TranscriptFull();

            case var _ when deadline.IsCancellationRequested:
                if (outer.IsCancellationRequested)
                {
                    return new LoopEvent.Cancelled();
                }

                NotRun(effect);
                return new LoopEvent.TimedOut();

            default:
                try
                {
                    return effect switch
                    {
                        LoopEffect.Ask ask => await AskAsync(ask.Request, deadline).ConfigureAwait(false),
                        LoopEffect.Check check => await CheckAsync(check, deadline).ConfigureAwait(false),
                        LoopEffect.Count count => new LoopEvent.Counted(await model.CountAsync(count.Request, deadline).ConfigureAwait(false)),
                        _ => await RunToolAsync((LoopEffect.Run)effect, deadline).ConfigureAwait(false),
                    };
                }
                catch (OperationCanceledException) when (deadline.IsCancellationRequested)
                {
                    return outer.IsCancellationRequested ? new LoopEvent.Cancelled() : new LoopEvent.TimedOut();
                }
        }
    }

    // A run that was stopped may go on with the call; one that is over never runs it.
    private void NotRun(LoopEffect effect)
    {
        if (effect is LoopEffect.Run run)
        {
            tools.Refused(run.Call);
        }
    }

    private async Task<LoopEvent> AskAsync(ChatRequest chat, CancellationToken cancellationToken)
    {
        using var span = LoopTelemetry.StartChat(request.Model, chat);
        var started = services.Time.GetTimestamp();
        try
        {
            var answer = await model.CompleteAsync(chat, cancellationToken).ConfigureAwait(false);
            LoopTelemetry.EndChat(span, chat.Model, answer, services.Time.GetElapsedTime(started));
            return new LoopEvent.Answered(answer);
        }
        catch (ModelException e)
        {
            LoopTelemetry.FailChat(span, chat.Model, e.Failure, services.Time.GetElapsedTime(started));
            return new LoopEvent.Unanswered(e.Failure);
        }
    }

    private async Task<LoopEvent> RunToolAsync(LoopEffect.Run run, CancellationToken cancellationToken)
    {
        var call = run.Call;
        if (tools.NeedsIntent(call))
        {
            await AppendAsync(new ToolIntended { Turn = run.Turn, CallId = call.Id, Tool = call.Name }).ConfigureAwait(false);
            await services.Transcript.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }

        using var span = LoopTelemetry.StartTool(call.Name, call.Id);
        var started = services.Time.GetTimestamp();
        var outcome = await SignsOfLife.DuringAsync(tools.RunAsync(call, cancellationToken).AsTask(), () => services.Observer?.StillRunning(), services.Time).ConfigureAwait(false);
        LoopTelemetry.EndTool(span, call.Name, outcome.IsError, services.Time.GetElapsedTime(started));
        if (outcome.ChangesAreIncomplete || outcome.Changes is { Count: > 0 })
        {
            services.Observer?.Edited();
        }

        services.Observer?.StillRunning();
        return new LoopEvent.ToolRan(call, outcome, outcome.Stored ?? (outcome.Text.Length < MinKeptCharacters ? null : tools.Keep(call.Id, outcome.Text)));
    }

    private async Task<LoopEvent> CheckAsync(LoopEffect.Check check, CancellationToken cancellationToken) => new LoopEvent.Checked(
        await SignsOfLife.DuringAsync(services.ResultCheck!.CheckAsync(check.Round, cancellationToken), () => services.Observer?.StillRunning(), services.Time).ConfigureAwait(false));

    // A record of what has happened is stored even when the run is being stopped.
    private ValueTask AppendAsync(TranscriptRecord record) =>
        services.Transcript.AppendAsync(record with { At = services.Time.GetUtcNow() }, CancellationToken.None);
}
