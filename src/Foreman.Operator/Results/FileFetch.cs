using System.Globalization;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools.Workspaces;

namespace Foreman.Operator.Results;

/// <summary>Writes the files of a result below a folder: paths come from a model, so that nothing of them is trusted.</summary>
internal static class FileFetch
{
    /// <summary>Writes what the cluster has and says of everything else where it is.</summary>
    /// <param name="files">What the result lists.</param>
    /// <param name="contents">What the cluster has, by SHA-256.</param>
    /// <param name="folder">The folder; it is made when it is not there.</param>
    /// <param name="overwrite">True to replace other files.</param>
    /// <param name="done">Called after each file.</param>
    /// <exception cref="WorkspaceException">The folder can't be made or opened.</exception>
    public static IReadOnlyList<FetchedFile> Write(
        ResultFiles files, IReadOnlyDictionary<string, byte[]> contents, string folder, bool overwrite, Action<FetchedFile> done)
    {
        using var workspace = Workspace.Open(folder);
        var fetched = new List<FetchedFile>();
        foreach (var file in files.Files)
        {
            var one = contents.GetValueOrDefault(file.Sha256) is { } content
                ? Put(workspace, file, content, folder, overwrite)
                : new FetchedFile(file, FetchStates.OnHost, Elsewhere(file, files));
            fetched.Add(one);
            done(one);
        }

        return fetched;
    }

    private static FetchedFile Put(Workspace workspace, ResultFile file, byte[] content, string folder, bool overwrite)
    {
        try
        {
            return FileTransfer.Put(workspace, file.Path, content, overwrite) switch
            {
                TransferOutcome.Written => new(file, FetchStates.Written, null),
                TransferOutcome.Unchanged => new(file, FetchStates.Unchanged, null),
                _ => new(file, FetchStates.Exists, $"another file is at {Printable.Line(Path.Combine(folder, file.Path))}; replace it with --force, or name another folder"),
            };
        }
        catch (WorkspaceException e)
        {
            return new(file, FetchStates.Refused, e.Message);
        }
    }

    private static string Elsewhere(ResultFile file, ResultFiles files) => files.Workspace is { } workspace
        ? string.Create(CultureInfo.InvariantCulture, $"it is not in the cluster, which keeps 4 MiB of a run; it is at {Printable.Line(Path.Combine(workspace, file.Path))} on {Printable.Line(files.Host ?? "its host")}")
        : "it is neither in the cluster nor on a host: the task's workspace was not kept; create the task again";
}
