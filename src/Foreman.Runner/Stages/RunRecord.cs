using System.Collections.Immutable;
using Foreman.AgentLoop;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;
using Foreman.Runner.Repositories;
using Foreman.Runner.Reviews;
using Foreman.Runner.Unions;
using Foreman.Tools.Mcp;

namespace Foreman.Runner.Stages;

/// <summary>Everything that is known of a run between two stages; each stage adds its part.</summary>
/// <param name="Attempt">The attempt, claimed.</param>
/// <param name="StartedAt">Timestamp of the clock when the first stage began.</param>
internal sealed record RunRecord(Attempt Attempt, long StartedAt)
{
    /// <summary>From Prepare: the task's Agent; null for the built-in one.</summary>
    public AgentSpec? Agent { get; init; }

    /// <summary>From Prepare: the ModelProfile that the Agent refers to; null when there is none.</summary>
    public ModelProfileSpec? Profile { get; init; }

    /// <summary>From Prepare: the promised model.</summary>
    public ModelEndpoint? Model { get; init; }

    /// <summary>From Prepare: the MCP servers that the run connects to; null for none.</summary>
    public McpPlan? Mcp { get; init; }

    /// <summary>From Prepare: what those servers ask for; it is never stored.</summary>
    public McpCredentials McpCredentials { get; init; } = new();

    /// <summary>From Prepare: absolute path of the directory that the run works in.</summary>
    public string? Workspace { get; init; }

    /// <summary>From Resume: what the run goes on from; null when it begins at its base.</summary>
    public EarlierRun? Earlier { get; init; }

    /// <summary>From Resume: why work of an earlier attempt is lost, for the attempt's entry; null when none is.</summary>
    public string? Note { get; init; }

    /// <summary>From Checkout: the repository that the run works on; null for none.</summary>
    public RunRepository? Repository { get; init; }

    /// <summary>From Issue, or the transcript of a run that goes on: the first message of the user where that is more than the task's prompt; null for the prompt alone.</summary>
    public string? Prompt { get; init; }

    /// <summary>From Issue, or the transcript of a run that goes on: why the run does without the text of the issue that its prompt is about; null when it has it, or needs none.</summary>
    public string? IssueError { get; init; }

    /// <summary>From Checkout: commit by branch of the other branches that the run looks at, as they were when it began.</summary>
    public IReadOnlyDictionary<string, string> Pins { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>From Orientation: what the system message says of the repository; null for nothing.</summary>
    public string? Orientation { get; init; }

    /// <summary>From Orientation: the change that is reviewed; null for a run that does not review.</summary>
    public ReviewSubject? Review { get; init; }

    /// <summary>From Integrate: what became of the slices; null for every other kind.</summary>
    public SliceUnion? Union { get; init; }

    /// <summary>From Loop, or the gate of an integrate: what the last gate found; null when none ran.</summary>
    public GateReport? Gate { get; init; }

    /// <summary>From Publish: what became of the change; null when the run has no repository.</summary>
    public Publication? Publication { get; init; }

    /// <summary>From Publish: true when the base holds a commit that the model names as what did its work before.</summary>
    public bool IsResolvedInBase { get; init; }

    /// <summary>From Propose: the pull request of the branch; null when none was asked for.</summary>
    public ProposedPullRequest? PullRequest { get; init; }

    /// <summary>From Loop: how the conversation with the model ended.</summary>
    public AgentRunResult? LoopResult { get; init; }
}
