using System.Text;
using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Gates;
using Foreman.Runner.Orientation;
using Foreman.Runner.Repositories;
using Foreman.Tools.Workspaces;

namespace Foreman.Runner.Stages;

/// <summary>Reads what the model is told of a repository before it begins.</summary>
internal sealed class OrientationStage : IStage
{
    private const int MostReadBytes = 1 << 20;

    /// <inheritdoc/>
    public string Name => "orientation";

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (record.Repository is not { } repository)
        {
            return new StageResult.Next(record);
        }

        try
        {
            var task = record.Attempt.Task;
            var files = await repository.Tree.FilesAsync(RepositoryTree.MaxFiles, stop).ConfigureAwait(false);
            var window = record.Agent?.ContextWindowTokens is > 0 and var asked ? asked : task.Status.Model?.ContextTokens;
            var text = OrientationText.Of(
                repository.Address.FullName, repository.Tree.Plan.Base, files, record.Prompt ?? task.Spec.Payload.Prompt ?? "", Conventions(repository, files), window);
            return new StageResult.Next(record with { Orientation = text });
        }
        catch (GitException e)
        {
            throw RepositoryFaults.Ended(e);
        }
    }

    private static List<(string Path, string? Text)> Conventions(RunRepository repository, IReadOnlyList<string> files)
    {
        var found = new List<(string, string?)>();
        using var workspace = Workspace.Open(repository.Tree.Workspace);
        foreach (var path in OrientationText.Conventions.Where(files.Contains))
        {
            try
            {
                if (FileTransfer.TryRead(workspace, path, MostReadBytes) is { Length: > 0 } bytes)
                {
                    found.Add((path, bytes.Length <= OrientationText.MaxConventionBytes ? Encoding.UTF8.GetString(bytes) : null));
                }
            }
            catch (WorkspaceException)
            {
                // A link, which no tool follows, or something that is no text.
            }
        }

        return found;
    }
}
