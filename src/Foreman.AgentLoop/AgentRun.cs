using System.Text.Json.Nodes;
using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Results;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Telemetry;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Sandbox.Egress;
using Foreman.Tools;
using Foreman.Tools.Images;
using Foreman.Tools.Mcp;
using Foreman.Tools.Workspaces;

namespace Foreman.AgentLoop;

/// <summary>Runs one task against one model, from its prompt to its result.</summary>
public static class AgentRun
{
    /// <summary>
    /// Runs to the end. Whatever goes wrong is a result, not an exception: a failure reason, and a summary that says what,
    /// where, why and what to do.
    /// </summary>
    /// <param name="request">What to run.</param>
    /// <param name="services">The clock, the transcript, the log and who follows.</param>
    /// <param name="cancellationToken">
    /// Stops the run at the next safe point: a request to the model is abandoned, a tool that changes files is finished.
    /// The result then has the reason Cancelled, and the transcript no last record, so that the run can go on from it.
    /// </param>
    public static async Task<AgentRunResult> RunAsync(AgentRunRequest request, AgentRunServices services, CancellationToken cancellationToken)
    {
        using var span = LoopTelemetry.StartAgent(request);
        var started = services.Time.GetTimestamp();
        var faults = new List<string>();
        AgentRunResult Result(LoopOutcome outcome, LoopState? state = null) =>
            McpFaultReport.Add(ResultBuilder.Build(outcome, state, request.Model.Name, services.Time.GetElapsedTime(started), services.Redaction), faults);
        AgentRunResult result;
        try
        {
            var (outcome, state) = await RunGuardedAsync(request, services, faults, cancellationToken).ConfigureAwait(false);
            result = Result(outcome, state);
            if (outcome.Reason != FailureReason.Cancelled)
            {
                await services.Transcript.AppendAsync(
                    new RunEnded { At = services.Time.GetUtcNow(), Turn = state?.Turn ?? 0, Result = result.Envelope }, CancellationToken.None).ConfigureAwait(false);
            }

            await services.Transcript.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (TranscriptException e)
        {
            result = Result(LoopOutcomes.Failed(FailureReason.InfrastructureError, Outcomes.Incomplete, e.Message));
        }

        LoopTelemetry.EndAgent(span, result, services.Time.GetElapsedTime(started));
        return result;
    }

    private static async Task<(LoopOutcome Outcome, LoopState? State)> RunGuardedAsync(
        AgentRunRequest request, AgentRunServices services, List<string> faults, CancellationToken cancellationToken)
    {
        var settings = request.Settings;
        if (settings.AgentFault is { } fault)
        {
            return (LoopOutcomes.Failed(FailureReason.Unsupported, Outcomes.PreconditionFailed, fault), null);
        }

        if (settings.MaxTotalTokens is <= 0)
        {
            return (LoopOutcomes.OutOfTokens(0, 0), null);
        }

        if (settings.Timeout <= TimeSpan.Zero)
        {
            return (LoopOutcomes.OutOfTime(settings.BudgetSeconds ?? 0), null);
        }

        using var timeout = new CancellationTokenSource(settings.Timeout, services.Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await RunLoopAsync(request, services, faults, cancellationToken, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return (cancellationToken.IsCancellationRequested ? LoopOutcomes.Cancelled
                : settings.BudgetSeconds is { } all ? LoopOutcomes.OutOfTime(all)
                : LoopOutcomes.TimedOut(settings.Timeout), null);
        }
        catch (ModelException e)
        {
            return (LoopOutcomes.Failed(e.Failure, 0), null);
        }
        catch (WorkspaceException e)
        {
            return (LoopOutcomes.Failed(FailureReason.InfrastructureError, Outcomes.PreconditionFailed, e.Message), null);
        }
        catch (UnsupportedToolException e)
        {
            return (LoopOutcomes.Failed(FailureReason.Unsupported, Outcomes.PreconditionFailed, $"Agent field `spec.tools`: {e.Message}"), null);
        }
    }

    private static async Task<(LoopOutcome Outcome, LoopState? State)> RunLoopAsync(
        AgentRunRequest request, AgentRunServices services, List<string> faults, CancellationToken cancellationToken, CancellationToken deadline)
    {
        var settings = request.Settings;
        // Programs of servers look at their files as they start.
        RestoreFiles(request);
        var mcp = await ConnectAsync(request, services, faults, deadline).ConfigureAwait(false);
        await using var connections = mcp.ConfigureAwait(false);
        var catalog = settings.IsReview ? ToolCatalog.OfReview(settings.Tools, mcp) : settings.IsPlan ? ToolCatalog.OfPlan(settings.Tools, mcp) : ToolCatalog.Of(settings.Tools, mcp);
        if (catalog.RunsCommands && services.Cage is null)
        {
            return (LoopOutcomes.Failed(FailureReason.SandboxUnavailable, Outcomes.PreconditionFailed, $"this host can't confine commands, and the Agent has bash: {services.CageFault}"), null);
        }

        var egress = EgressRules.Parse(settings.Agent.Egress ?? [], out var egressFault);
        if (egressFault is not null)
        {
            return (LoopOutcomes.Failed(FailureReason.Unsupported, Outcomes.PreconditionFailed, $"Agent field `spec.egress`: {egressFault}"), null);
        }

        var workspace = Workspace.Open(request.WorkspaceDirectory);
        using var tools = new ToolDispatcher(catalog, workspace, ToolsOf(settings, services, egress) with { IsRepository = request.BaseCommit is not null }, services.Time, services.Logger)
        {
            ResultsDirectory = request.ResultsDirectory,
        };
        Keep(request, tools);
        var (images, problem) = ImagesOf(request, workspace);
        if (problem is not null)
        {
            return (LoopOutcomes.Failed(FailureReason.Unsupported, Outcomes.PreconditionFailed, problem), null);
        }

        await services.Transcript.AppendAsync(FirstRecord(request, services, catalog, faults), CancellationToken.None).ConfigureAwait(false);
        var takenOver = await TakeOverAsync(request, services).ConfigureAwait(false);
        await services.Transcript.FlushAsync(CancellationToken.None).ConfigureAwait(false);

        using var model = new ModelClient(request.Model, ClientOptions(settings), services.Time, new Random(request.Seed))
        {
            Waiting = wait => services.Observer?.Waiting(wait),
            StillRunning = () => services.Observer?.StillRunning(),
            ShortOfMemory = (server, message) => services.Observer?.ShortOfMemory(server, message),
        };
        var name = await model.IdentifyAsync(deadline).ConfigureAwait(false);
        var rules = new LoopRules
        {
            Settings = Within(settings, model.ContextTokens),
            Catalog = catalog,
            Model = name,
            Mode = ModeOf(request),
            CountsTokens = model.CountsTokens,
            Defences = services.Defences,
            ResultRounds = services.ResultCheck?.Rounds,
        };
        var first = takenOver.Count > 0 ? FirstStep(services, rules, takenOver) : LoopMachine.Start(rules, request.SystemPrompt, request.Prompt, images);
        var state = await new LoopShell(request, services, rules, model, tools).RunAsync(first, cancellationToken, deadline).ConfigureAwait(false);
        return (state.Outcome!, state);
    }

    private static async Task<McpTools> ConnectAsync(AgentRunRequest request, AgentRunServices services, List<string> faults, CancellationToken deadline)
    {
        var mcp = await SignsOfLife.DuringAsync(
            McpTools.ConnectAsync(request.Mcp, request.McpCredentials, services.Cage, request.WorkspaceDirectory, services.Time, deadline),
            () => services.Observer?.StillRunning(), services.Time).ConfigureAwait(false);
        faults.AddRange(mcp.Faults.Select(f => f.ToString()));
        if (faults.Count > 0)
        {
            services.Observer?.McpFaults(faults);
        }

        return mcp;
    }

    // A disk that takes none of them is told when one is read.
    private static void Keep(AgentRunRequest request, ToolDispatcher tools)
    {
        foreach (var text in request.Texts)
        {
            _ = tools.Keep(text.Id, text.Text);
        }
    }

    private static void RestoreFiles(AgentRunRequest request)
    {
        if (request.Earlier is { } earlier)
        {
            using var workspace = Workspace.Open(request.WorkspaceDirectory);
            earlier.Restore(workspace);
        }
    }

    /// <summary>Copies what is taken over, so that the attempt's transcript is whole and can itself be resumed from.</summary>
    private static async Task<IReadOnlyList<TranscriptRecord>> TakeOverAsync(AgentRunRequest request, AgentRunServices services)
    {
        if (request.Earlier is not { } earlier)
        {
            return [];
        }

        foreach (var record in earlier.Records(request.SystemPrompt))
        {
            // One at a time: the files of all effects together may be large.
            await services.Transcript.AppendAsync(earlier.Whole(record), CancellationToken.None).ConfigureAwait(false);
        }

        var mark = new RunResumed { At = services.Time.GetUtcNow(), Turn = earlier.Point.Turn, Attempt = earlier.Point.Attempt };
        await services.Transcript.AppendAsync(mark, CancellationToken.None).ConfigureAwait(false);
        return [.. earlier.Records(request.SystemPrompt), mark];
    }

    /// <summary>The images of the task; a run that goes on has them in its records.</summary>
    private static (IReadOnlyList<SentImage> Images, string? Problem) ImagesOf(AgentRunRequest request, Workspace workspace)
    {
        if (request.Earlier is not null || request.Images.Count == 0)
        {
            return ([], null);
        }

        if (request.Settings.Images is not { } limits)
        {
            return ([], "spec.payload.images: the Agent does not send images; set its spec.vision.enabled, or leave them out");
        }

        var (images, problem) = ToolImage.ReadAll(workspace, request.Images, limits);
        return ([.. images.Select(ImageRoom.Sent)], problem);
    }

    private static LoopStep FirstStep(AgentRunServices services, LoopRules rules, IReadOnlyList<TranscriptRecord> takenOver)
    {
        var state = TranscriptReplay.Of(rules, takenOver);
        services.Observer?.TurnEnded(LoopMachine.Progress(state));
        return LoopMachine.Resume(rules, state);
    }

    private static ToolSettings ToolsOf(EffectiveSettings settings, AgentRunServices services, EgressRules egress) =>
        services.Defences.OfTools(new(settings.ToolTimeout)
        {
            Cage = services.Cage,
            CommandTimeout = settings.CommandTimeout,
            Egress = egress,
            Forges = services.Forges,
            Schedules = services.Schedules,
            Audit = services.Audit,
        });

    private static RequestMode ModeOf(AgentRunRequest request) => RequestModes.Of(request.PromisedModel, request.Earlier?.Started);

    private static ModelClientOptions ClientOptions(EffectiveSettings settings) => new()
    {
        ResponseTimeout = settings.TurnTimeout,
        IdleTimeout = settings.TurnTimeout,
        MaxRetries = settings.MaxRetries,
        ContextTokens = settings.ContextTokens,
    };

    /// <summary>The settings within the window that the server has said it gives.</summary>
    private static EffectiveSettings Within(EffectiveSettings settings, int? given) =>
        given is > 0 and var window && window < settings.ContextTokens ? settings with { ContextTokens = window } : settings;

    private static RunStarted FirstRecord(AgentRunRequest request, AgentRunServices services, ToolCatalog catalog, List<string> faults) => new()
    {
        At = services.Time.GetUtcNow(),
        TaskUid = request.TaskUid,
        Attempt = request.Attempt,
        Agent = request.Settings.Agent,
        Model = request.PromisedModel ?? new PromisedModel { Name = request.Model.Name, Url = request.Model.Url.GetLeftPart(UriPartial.Path) },
        BaseCommit = request.BaseCommit,
        IssueError = request.IssueError,
        RequestMode = ModeOf(request).Name(),
        ResumedFrom = request.Earlier?.Point,
        McpFaults = faults.Count > 0 ? faults : null,
        Tools = new JsonArray([.. catalog.Definitions.Select(d => (JsonNode)new JsonObject
        {
            ["name"] = d.Name,
            ["description"] = d.Description,
            ["parameters"] = JsonNode.Parse(d.Parameters),
        })]),
    };
}
