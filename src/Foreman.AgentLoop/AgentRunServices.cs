using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Transcripts;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Sandbox;
using Foreman.Tools.Audit;
using Foreman.Tools.Schedules;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.AgentLoop;

/// <summary>What a run needs from its host.</summary>
public sealed record AgentRunServices
{
    /// <summary>The clock of every deadline.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the run's records go. The caller disposes of it.</summary>
    public required ITranscriptStore Transcript { get; init; }

    /// <summary>Told where the run stands and that it goes on; null for none.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>Where commands of the model run; null when this host has no cage, and then an Agent with bash can't run.</summary>
    public Cage? Cage { get; init; }

    /// <summary>Why there is no cage, and what to do.</summary>
    public string CageFault { get; init; } = "no sandbox was found";

    /// <summary>Where tools read issues and pull requests, with tokens for the task's own repository only; null when this host reads from no forge.</summary>
    public ForgeAccess? Forges { get; init; }

    /// <summary>The schedules that tools may see and change; null where they have none.</summary>
    public IScheduleAccess? Schedules { get; init; }

    /// <summary>Looks at results before they end the run; null accepts all.</summary>
    public IResultCheck? ResultCheck { get; init; }

    /// <summary>Leaves keys and tokens out of the result.</summary>
    public Redaction Redaction { get; init; } = Redaction.OfForms;

    /// <summary>Told of every call of a tool; null for nobody.</summary>
    public IToolAudit? Audit { get; init; }

    /// <summary>Told of faults that are no failure of the run; by default nobody is.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>All of them, except in the comparison that measures what each is worth.</summary>
    internal LoopDefences Defences { get; init; } = LoopDefences.All;
}
