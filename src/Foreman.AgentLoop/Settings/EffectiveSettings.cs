using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Tools.Images;

namespace Foreman.AgentLoop.Settings;

/// <summary>Everything that an Agent, a task and a model server together settle about a run, every default filled in.</summary>
public sealed record EffectiveSettings
{
    /// <summary>Window in tokens when nobody says one.</summary>
    public const int DefaultContextTokens = 32768;

    /// <summary>Tokens of one answer when the Agent does not say.</summary>
    public const int DefaultOutputTokens = 8192;

    /// <summary>Seconds of one tool call when the Agent does not say.</summary>
    public const int DefaultToolSeconds = 30;

    /// <summary>Levels of objects and lists in chatTemplateKwargs, itself counted: it is nested into JSON whose readers stop at 64.</summary>
    public const int MaxTemplateDepth = 32;

    /// <summary>Most seconds of one tool call.</summary>
    public const int MaxToolSeconds = 600;

    /// <summary>The Agent with its defaults, as the transcript keeps it.</summary>
    public required AgentSpec Agent { get; init; }

    /// <summary>What in the Agent no run can go on with, by the field's name; null when there is nothing.</summary>
    public string? AgentFault { get; init; }

    /// <summary>Names of the tools that the model gets.</summary>
    public required IReadOnlyList<string> Tools { get; init; }

    /// <summary>True when the run judges a change: it gets no tool that writes files, and its result has findings.</summary>
    internal bool IsReview { get; init; }

    /// <summary>True when the run plans: its result has a plan.</summary>
    public bool IsPlan { get; init; }

    /// <summary>Null leaves it to the server.</summary>
    public double? Temperature { get; init; }

    /// <summary>Forwarded to the server's chat template as they stand.</summary>
    public JsonObject? ChatTemplateKwargs { get; init; }

    /// <summary>Tokens of prompt and answer together: the smaller of what is asked and what the server gives a slot.</summary>
    public int ContextTokens { get; init; } = DefaultContextTokens;

    /// <summary>Most tokens of one answer.</summary>
    public int MaxOutputTokens { get; init; } = DefaultOutputTokens;

    /// <summary>Most answers of the model, 1 to 500.</summary>
    public int MaxTurns { get; init; } = 50;

    /// <summary>How often a failed request is repeated, 0 to 20.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Turns whose tool results stay when old ones are masked.</summary>
    public int ObservationWindowTurns { get; init; } = 3;

    /// <summary>Prompt tokens from which old tool results are masked.</summary>
    public int ContextSoftCap { get; init; } = DefaultContextTokens * 8 / 10;

    /// <summary>Prompt tokens at which the run is stopped; 0 never.</summary>
    public int ContextHardCap { get; init; }

    /// <summary>How a long conversation is kept within the window.</summary>
    public ContextStrategy ContextStrategy { get; init; } = ContextStrategy.Window;

    /// <summary>Prompt tokens from which the model is asked to finish; 0 never.</summary>
    public int FinishAtTokens { get; init; }

    /// <summary>Whether reads are refused too once the model is held to edits.</summary>
    public bool RestrictReads { get; init; }

    /// <summary>The same call so often without a change between is told to the model, later refused, and ends the run at twice as often; 0 never.</summary>
    public int RepeatedToolThreshold { get; init; }

    /// <summary>So many turns without progress are told to the model; twice as many end the run; 0 never.</summary>
    public int EditFreeTurnsLimit { get; init; }

    /// <summary>Prompt and completion tokens that the task's budget leaves this attempt; null is no limit, 0 or less is nothing.</summary>
    public long? MaxTotalTokens { get; init; }

    /// <summary>Wall-clock time of the whole run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(RunTime.DefaultRequestSeconds);

    /// <summary>The task's budget of seconds, when it ends before every other limit of time; null otherwise.</summary>
    public int? BudgetSeconds { get; init; }

    /// <summary>From a request to the header of its answer, and the longest silence within the answer.</summary>
    public TimeSpan TurnTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest run of one tool call, 1 to 600 seconds.</summary>
    public TimeSpan ToolTimeout { get; init; } = TimeSpan.FromSeconds(DefaultToolSeconds);

    /// <summary>The longest run of one command, 1 to 600 seconds.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(DefaultToolSeconds);

    /// <summary>The bounds of images in the conversation; null when the Agent has no vision.</summary>
    public ImageLimits? Images { get; init; }

    /// <summary>Settles a run.</summary>
    /// <param name="agent">The task's Agent; null for the built-in one.</param>
    /// <param name="task">The task.</param>
    /// <param name="contextTokensPerSlot">What the model server gives one conversation; null when it is not known.</param>
    /// <param name="profile">What the Agent's ModelProfile adds; null for none.</param>
    public static EffectiveSettings Resolve(AgentSpec? agent, AgenticTaskSpec task, int? contextTokensPerSlot, ModelProfileSpec? profile = null)
    {
        var spec = agent ?? BuiltInAgent.Spec;
        var served = contextTokensPerSlot is > 0 ? contextTokensPerSlot : null;
        var asked = OrNull(spec.ContextWindowTokens) ?? (agent is null ? served : null) ?? DefaultContextTokens;
        var window = Math.Min(asked, served ?? asked);
        var stuck = spec.StuckLoopDetection ?? new StuckLoopDetection
        {
            RepeatedToolThreshold = OrNull(profile?.StuckLoopDetection?.RepeatedToolThreshold) ?? 5,
            EditFreeTurnsLimit = OrNull(profile?.StuckLoopDetection?.EditFreeTurnsLimit) ?? 15,
            ContextSoftCap = OrNull(profile?.StuckLoopDetection?.ContextSoftCap) ?? 90000,
            ContextHardCap = OrNull(profile?.StuckLoopDetection?.ContextHardCap) ?? 140000,
        };
        var softCap = Math.Min(OrNull(stuck.ContextSoftCap) ?? int.MaxValue, (int)(window * 8L / 10));
        var seconds = Math.Min(RunTime.TaskSeconds(task, spec), RunTime.RequestSeconds(spec));
        var isTooDeep = IsDeeperThan(spec.ChatTemplateKwargs, MaxTemplateDepth);
        var settings = new EffectiveSettings
        {
            Agent = spec,
            AgentFault = isTooDeep ? $"Agent field `spec.chatTemplateKwargs` is nested deeper than {MaxTemplateDepth} levels; make it flatter" : null,
            Tools = [.. spec.Tools],
            Temperature = double.TryParse(spec.Temperature, NumberStyles.Float, CultureInfo.InvariantCulture, out var t) ? t : null,
            ChatTemplateKwargs = isTooDeep ? null : spec.ChatTemplateKwargs,
            ContextTokens = window,
            MaxOutputTokens = OrNull(spec.MaxOutputTokens) ?? DefaultOutputTokens,
            MaxTurns = OrNull(spec.MaxTurns) ?? 50,
            MaxRetries = spec.MaxRetries ?? 3,
            ObservationWindowTurns = OrNull(spec.ObservationWindowTurns) ?? 3,
            ContextStrategy = spec.ContextStrategy ?? ContextStrategy.Window,
            FinishAtTokens = stuck.ContextSoftCap ?? 0,
            RestrictReads = profile?.RestrictReadsInForcingPhase ?? false,
            ContextSoftCap = softCap,
            ContextHardCap = stuck.ContextHardCap ?? 0,
            RepeatedToolThreshold = stuck.RepeatedToolThreshold ?? 0,
            EditFreeTurnsLimit = stuck.EditFreeTurnsLimit ?? 0,
            Timeout = TimeSpan.FromSeconds(seconds),
            TurnTimeout = TimeSpan.FromSeconds(OrNull(spec.RequestTurnTimeoutSeconds) ?? 120),
            ToolTimeout = TimeSpan.FromSeconds(Math.Min(OrNull(spec.ToolTimeoutSeconds) ?? DefaultToolSeconds, MaxToolSeconds)),
            CommandTimeout = TimeSpan.FromSeconds(Math.Min(OrNull(spec.BashTimeoutSeconds) ?? DefaultToolSeconds, MaxToolSeconds)),
            Images = ImageLimits.Of(spec.Vision),
        };
        return settings with { Agent = settings.Filled() };
    }

    /// <summary>The settings within what a task's budget has left.</summary>
    /// <param name="budget">Of all attempts; null for none.</param>
    /// <param name="spent">What the attempts before this one used.</param>
    public EffectiveSettings Within(TaskBudget? budget, Usage spent)
    {
        var seconds = budget?.Seconds is { } all ? TimeSpan.FromSeconds(Math.Max(0, all - spent.Seconds)) : TimeSpan.MaxValue;
        return this with
        {
            MaxTotalTokens = budget?.Tokens - spent.PromptTokens - spent.CompletionTokens,
            BudgetSeconds = seconds < Timeout ? budget?.Seconds : null,
            Timeout = seconds < Timeout ? seconds : Timeout,
        };
    }

    /// <summary>
    /// The settings of a run that judges a change: no tools but those that only read and those that run commands, whose changes are thrown away;
    /// turns without an edit are no sign of a run that is stuck.
    /// </summary>
    public EffectiveSettings ForReview()
    {
        var review = this with { IsReview = true, EditFreeTurnsLimit = 0, Tools = [.. Tools.Where(MayJudge)] };
        return review with { Agent = review.Filled() };
    }

    /// <summary>The settings of a run that plans: what ends it has the schema of a plan.</summary>
    public EffectiveSettings ForPlan() => this with { IsPlan = true };

    // A name that is no tool stays, so that it is refused by its name.
    private static bool MayJudge(string tool) =>
        KnownTools.TraitsOf(tool) is not { } traits || (traits & (ToolTraits.ReadOnly | ToolTraits.RunsCommands)) != ToolTraits.None;

    /// <summary>In the Agent, 0 and absent both mean the default.</summary>
    private static int? OrNull(int? value) => value is > 0 ? value : null;

    private static bool IsDeeperThan(JsonNode? node, int levels) => node switch
    {
        JsonObject value => levels == 0 || value.Any(p => IsDeeperThan(p.Value, levels - 1)),
        JsonArray value => levels == 0 || value.Any(v => IsDeeperThan(v, levels - 1)),
        _ => false,
    };

    private AgentSpec Filled() => Agent with
    {
        ChatTemplateKwargs = ChatTemplateKwargs,
        MaxTurns = MaxTurns,
        MaxRetries = MaxRetries,
        MaxOutputTokens = MaxOutputTokens,
        ContextWindowTokens = ContextTokens,
        ObservationWindowTurns = ObservationWindowTurns,
        ContextStrategy = ContextStrategy,
        RequestTimeoutSeconds = (int)Timeout.TotalSeconds,
        RequestTurnTimeoutSeconds = (int)TurnTimeout.TotalSeconds,
        ToolTimeoutSeconds = (int)ToolTimeout.TotalSeconds,
        BashTimeoutSeconds = (int)CommandTimeout.TotalSeconds,
        Vision = Images is { } images ? new AgentVision { Enabled = true, MaxImageBytes = images.MaxImageBytes, MaxImages = images.MaxImages } : Agent.Vision,
        StuckLoopDetection = new StuckLoopDetection
        {
            RepeatedToolThreshold = RepeatedToolThreshold,
            EditFreeTurnsLimit = EditFreeTurnsLimit,
            ContextSoftCap = ContextSoftCap,
            ContextHardCap = ContextHardCap,
        },
    };
}
