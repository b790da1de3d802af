using System.Text.Json;
using System.Text.Json.Serialization;
using Foreman.Git.Mirrors;
using Foreman.Primitives;

namespace Foreman.Git.Trees;

/// <summary>What a run's repository is about; kept beside its objects, written when it is whole.</summary>
internal sealed record RunState
{
    private const string FileName = "foreman-run.json";
    private const int MaxBytes = 64 * 1024;

    public required BranchPlan Plan { get; init; }

    /// <summary>The commit that the run began at: the base, or earlier work on top of it.</summary>
    public required string StartSha { get; init; }

    /// <summary>The commit that the branch is expected to have on the side that is pushed to; null when it must not be there.</summary>
    public string? ExpectedTip { get; init; }

    /// <summary>Addresses of what contents of files may still be fetched from.</summary>
    public required IReadOnlyList<string> Remotes { get; init; }

    public void Save(string gitDir) => RepositoryFiles.Write(Path.Combine(gitDir, FileName), JsonSerializer.Serialize(this, RunStateJson.Default.RunState));

    /// <exception cref="GitException">It was never finished, or is damaged.</exception>
    public static RunState Load(string gitDir)
    {
        var text = BoundedText.ReadFile(Path.Combine(gitDir, FileName), MaxBytes)
            ?? throw new GitException(GitFault.NotFound, $"There is no whole repository of a run at {gitDir}: check it out again.");
        try
        {
            return JsonSerializer.Deserialize(text.Text, RunStateJson.Default.RunState) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new GitException(GitFault.Corrupt, $"The repository of the run at {gitDir} is damaged: {Printable.Line(e.Message)}", e);
        }
    }
}

/// <summary>Its form on disk.</summary>
[JsonSerializable(typeof(RunState))]
internal sealed partial class RunStateJson : JsonSerializerContext;
