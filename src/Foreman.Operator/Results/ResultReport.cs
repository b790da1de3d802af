using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Operator.Results;

/// <summary>The result of a task, for people and for programs. Pure.</summary>
internal static class ResultReport
{
    private const int MostCharacters = 400;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Lines for people.</summary>
    /// <param name="task">The task, ended.</param>
    /// <param name="files">What its result lists.</param>
    public static IEnumerable<string> Lines(AgenticTask task, ResultFiles files)
    {
        var status = task.Status;
        var reason = status.FailureReason is { } failure ? $" ({failure})" : "";
        var where = status.AssignedNode is { Length: > 0 } node ? $" on {node}" : "";
        yield return string.Create(CultureInfo.InvariantCulture, $"{task.Name()}: {task.PhaseOrPending()}, verdict {status.Verdict?.Value ?? "none"}{reason}, attempt {status.Attempt}{where}");
        if (Summary(task) is { Length: > 0 } summary)
        {
            yield return Cut(summary);
        }

        if (files.Files.Count > 0)
        {
            yield return "";
            foreach (var row in Table(files.Files))
            {
                yield return row;
            }
        }

        if (files.LeftOut > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{files.LeftOut} more files are not listed.");
        }

        if (files.Workspace is { } workspace)
        {
            yield return $"Workspace: {Cut(workspace)} on {Cut(files.Host ?? "its host")}";
        }
    }

    /// <summary>One line of JSON.</summary>
    /// <param name="task">The task, ended.</param>
    /// <param name="files">What its result lists.</param>
    /// <param name="fetched">What became of the files; null when none were asked for.</param>
    public static string Json(AgenticTask task, ResultFiles files, IReadOnlyList<FetchedFile>? fetched)
    {
        var report = new JsonObject
        {
            ["task"] = task.Name(),
            ["namespace"] = task.Namespace(),
            ["uid"] = task.Uid(),
            ["phase"] = task.PhaseOrPending().Value,
            ["verdict"] = task.Status.Verdict?.Value,
            ["failureReason"] = task.Status.FailureReason?.Value,
            ["summary"] = Summary(task),
            ["attempt"] = task.Status.Attempt,
            ["node"] = task.Status.AssignedNode,
            ["files"] = new JsonArray([.. files.Files.Index().Select(f => (JsonNode)Row(f.Item, fetched?[f.Index]))]),
            ["filesLeftOut"] = files.LeftOut,
        };
        if (files.Workspace is { } workspace)
        {
            report["workspace"] = new JsonObject { ["host"] = files.Host, ["path"] = workspace };
        }

        return report.ToJsonString(Relaxed);
    }

    // A task that never ran has no envelope; its condition says why.
    private static string? Summary(AgenticTask task) =>
        ResultFields.Text(task.Status.Result?["summary"]) ?? task.Status.Conditions.Find(ConditionTypes.Completed)?.Message;

    private static JsonObject Row(ResultFile file, FetchedFile? fetched)
    {
        var row = new JsonObject { ["path"] = file.Path, ["sha256"] = file.Sha256, ["bytes"] = file.Bytes };
        if (fetched is not null)
        {
            row["state"] = fetched.State;
            row["message"] = fetched.Problem;
        }

        return row;
    }

    private static IEnumerable<string> Table(IReadOnlyList<ResultFile> files)
    {
        var rows = files.Select(f => (Path: Cut(f.Path), Bytes: f.Bytes.ToString(CultureInfo.InvariantCulture), Sha: f.Sha256))
            .Prepend((Path: "PATH", Bytes: "BYTES", Sha: "SHA-256"))
            .ToList();
        var (paths, bytes) = (rows.Max(r => r.Path.Length), rows.Max(r => r.Bytes.Length));
        return rows.Select(r => $"{r.Path.PadRight(paths)}  {r.Bytes.PadLeft(bytes)}  {r.Sha}");
    }

    private static string Cut(string text)
    {
        var line = Printable.Line(text);
        return line.Length <= MostCharacters ? line : line[..(MostCharacters - 1)] + "…";
    }
}
