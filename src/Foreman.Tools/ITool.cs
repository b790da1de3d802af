using System.Text.Json;
using Foreman.Api;
using Foreman.Tools.Files;
using Foreman.Tools.Images;

namespace Foreman.Tools;

/// <summary>Something that the model can call. Its name and traits stand in <see cref="KnownTools"/>.</summary>
internal interface ITool
{
    /// <summary>What the model is told.</summary>
    ToolDefinition Definition { get; }

    /// <summary>What it does and needs; a tool that is not in the table is taken for one that changes things.</summary>
    ToolTraits Traits => KnownTools.TraitsOf(Definition.Name) ?? ToolTraits.None;

    /// <summary>The bounds that the dispatcher enforces on each call.</summary>
    ToolLimits Limits => ToolLimits.Default;

    /// <summary>The longest run of a call; longer than zero.</summary>
    /// <param name="settings">Those of the run.</param>
    TimeSpan DeadlineIn(ToolSettings settings) => settings.Timeout;

    /// <summary>Runs a call.</summary>
    /// <param name="arguments">A JSON object, not yet checked against the schema; it outlives the call.</param>
    /// <param name="context">What belongs to the run.</param>
    /// <param name="budget">
    /// Asked in every loop over foreign data. It stops the call at its deadline; a tool that only reads at once when the run
    /// is stopped, another one a second later. A tool that changes something asks no more once the change has begun.
    /// </param>
    /// <exception cref="ToolArgumentException">The arguments are not what the schema says.</exception>
    /// <exception cref="Workspaces.WorkspaceException">A path was refused or a file could not be read or written.</exception>
    ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget);
}

/// <summary>A tool as the model sees it.</summary>
/// <param name="Name">What the model calls: one of <see cref="KnownTools.Names"/>.</param>
/// <param name="Description">When and how to use it.</param>
/// <param name="Parameters">The JSON Schema of the arguments, as text: llama.cpp forces the order of its properties on the output.</param>
public sealed record ToolDefinition(string Name, string Description, string Parameters);

/// <summary>The bounds of one call.</summary>
/// <param name="MaxOutputBytes">The longest text that the model gets, in bytes of UTF-8; at least 256.</param>
internal sealed record ToolLimits(int MaxOutputBytes)
{
    /// <summary>128 KiB: more than any tool of this release returns within its own bounds.</summary>
    internal static ToolLimits Default { get; } = new(128 << 10);
}

/// <summary>What came of a call.</summary>
/// <param name="Text">What the model reads.</param>
public sealed record ToolOutcome(string Text)
{
    /// <summary>True when the call did not do what was asked; the text then begins with <c>error</c>.</summary>
    public bool IsError { get; init; }

    /// <summary>True when it changed files that <see cref="Changes"/> does not name, so that the workspace can't be made again elsewhere.</summary>
    public bool ChangesAreIncomplete { get; init; }

    /// <summary>The files and directories that it changed.</summary>
    public IReadOnlyList<FileChange> Changes { get; init; } = [];

    /// <summary>Images for models that see, empty for an Agent without vision; the text names each of them.</summary>
    public IReadOnlyList<ToolImage> Images { get; init; } = [];

    /// <summary>The path by which tools read the whole result, of which the text is a part; null when it is not kept yet.</summary>
    public string? Stored { get; init; }

    /// <summary>Bytes of the whole result in UTF-8, of which the text is a part; null when the text is all of it.</summary>
    public long? WholeBytes { get; init; }

    /// <summary>Exit code of the command that was run; null when there was none, or it was ended from outside.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Set by <c>submit_result</c>: the model ends the run.</summary>
    public Submission? Submission { get; init; }

    /// <summary>An outcome that tells the model what went wrong.</summary>
    /// <param name="message">What, and what to do instead.</param>
    public static ToolOutcome Error(string message) => new($"error: {message}") { IsError = true };
}

/// <summary>A file, a directory or a symbolic link, before and after a call.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="ShaBefore">SHA-256 in hex; null when there was no file.</param>
/// <param name="ShaAfter">SHA-256 in hex; null when the file is gone.</param>
/// <param name="Content">The whole new content; empty when the file is gone.</param>
public sealed record FileChange(string Path, string? ShaBefore, string? ShaAfter, byte[] Content)
{
    /// <summary>Permission bits afterwards, 0 to 511; null when it is gone, and of a file when a tool left them as they were.</summary>
    public int? Mode { get; init; }

    /// <summary>True for a directory: it has no content, and is gone when <see cref="Mode"/> is null.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>What a symbolic link names, as it stands there; null for all else. One that is gone has neither this nor a SHA-256.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The content as text; null when it is binary or the file is gone.</summary>
    public string? TextContent => ShaAfter is null ? null : TextFile.TryDecode(Content);
}

/// <summary>The model's own result.</summary>
/// <param name="Verdict">GO, NO-GO or ERROR.</param>
/// <param name="Summary">At most 280 bytes.</param>
/// <param name="CommitMessage">Empty when nothing is to be committed.</param>
/// <param name="Extra">What else it wanted to say, a JSON object; null when nothing.</param>
public sealed record Submission(string Verdict, string Summary, string CommitMessage, JsonElement? Extra);

/// <summary>The arguments of a call don't fit its schema. The message goes to the model.</summary>
internal sealed class ToolArgumentException(string message) : Exception(message);
