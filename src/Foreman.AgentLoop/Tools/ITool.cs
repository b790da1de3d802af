using System.Text.Json;
using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tools;

/// <summary>Something that the model can call.</summary>
internal interface ITool
{
    /// <summary>What the model is told.</summary>
    ToolDefinition Definition { get; }

    /// <summary>True when it changes nothing: it needs no intent record and may be repeated freely.</summary>
    bool IsReadOnly { get; }

    /// <summary>Runs a call.</summary>
    /// <param name="arguments">A JSON object, not yet checked against the schema.</param>
    /// <param name="context">What belongs to the run.</param>
    /// <param name="cancellationToken">Ends a long search.</param>
    /// <exception cref="ToolArgumentException">The arguments are not what the schema says.</exception>
    /// <exception cref="Workspaces.WorkspaceException">A path was refused or a file could not be read or written.</exception>
    ToolOutcome Run(JsonElement arguments, ToolContext context, CancellationToken cancellationToken);
}

/// <summary>What came of a call.</summary>
/// <param name="Text">What the model reads.</param>
internal sealed record ToolOutcome(string Text)
{
    /// <summary>True when the call did not do what was asked; the text then begins with <c>error</c>.</summary>
    internal bool IsError { get; init; }

    /// <summary>The files that it changed.</summary>
    internal IReadOnlyList<FileChange> Changes { get; init; } = [];

    /// <summary>Set by <c>submit_result</c>: the model ends the run.</summary>
    internal Submission? Submission { get; init; }

    internal static ToolOutcome Error(string message) => new($"error: {message}") { IsError = true };
}

/// <summary>A file before and after a call.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="ShaBefore">SHA-256 in hex; null when there was no file.</param>
/// <param name="ShaAfter">SHA-256 in hex.</param>
/// <param name="Content">The whole new content.</param>
internal sealed record FileChange(string Path, string? ShaBefore, string ShaAfter, byte[] Content);

/// <summary>The model's own result.</summary>
/// <param name="Verdict">GO, NO-GO or ERROR.</param>
/// <param name="Summary">At most 280 bytes.</param>
/// <param name="CommitMessage">Empty when nothing is to be committed.</param>
/// <param name="Extra">What else it wanted to say, a JSON object; null when nothing.</param>
internal sealed record Submission(string Verdict, string Summary, string CommitMessage, JsonElement? Extra);

/// <summary>The arguments of a call don't fit its schema. The message goes to the model.</summary>
internal sealed class ToolArgumentException(string message) : Exception(message);
