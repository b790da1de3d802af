using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Tools.Mcp;

namespace Foreman.AgentLoop;

/// <summary>One run: a task's attempt, the model that answers it, and where it works.</summary>
public sealed record AgentRunRequest
{
    /// <summary>UID of the task.</summary>
    public required string TaskUid { get; init; }

    /// <summary>Number of the attempt, from 1.</summary>
    public required long Attempt { get; init; }

    /// <summary>The user's prompt; it is the whole first user message.</summary>
    public required string Prompt { get; init; }

    /// <summary>Paths in the workspace of images that go with the prompt, in order.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Everything of ours: see <see cref="SystemMessage.Compose"/>.</summary>
    public required string SystemPrompt { get; init; }

    /// <summary>Limits and choices, made by <see cref="EffectiveSettings.Resolve"/>.</summary>
    public required EffectiveSettings Settings { get; init; }

    /// <summary>The model server.</summary>
    public required ModelEndpoint Model { get; init; }

    /// <summary>Directory of the run's files; made when it is missing.</summary>
    public required string WorkspaceDirectory { get; init; }

    /// <summary>Directory for large results of tools, outside of the workspace; made when it is needed. Null keeps none.</summary>
    public string? ResultsDirectory { get; init; }

    /// <summary>Texts that tools read like large results, as <c>result:ID</c>, beside what the system message says of them.</summary>
    public IReadOnlyList<KeptText> Texts { get; init; } = [];

    /// <summary>The model as it was promised with the assignment, for the transcript; null when there is no such record.</summary>
    public PromisedModel? PromisedModel { get; init; }

    /// <summary>The earlier attempt that this one goes on from; null to begin at the base.</summary>
    public EarlierRun? Earlier { get; init; }

    /// <summary>Why the run does without the text of the issue that its prompt is about, for the transcript; null when it has it, or needs none.</summary>
    public string? IssueError { get; init; }

    /// <summary>Commit that the workspace started from; null when it started empty.</summary>
    public string? BaseCommit { get; init; }

    /// <summary>The MCP servers that the run connects to; null for none.</summary>
    public McpPlan? Mcp { get; init; }

    /// <summary>What those servers ask for; it appears in no message, span or transcript.</summary>
    public McpCredentials McpCredentials { get; init; } = new();

    /// <summary>Seed of everything random in the run: the spread of repeated requests.</summary>
    public int Seed { get; init; }
}

/// <summary>A text that tools of a run can read.</summary>
/// <param name="Id">At most 32 letters and digits, different from those of all calls.</param>
/// <param name="Text">The whole text.</param>
public sealed record KeptText(string Id, string Text);
