using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Results;
using Foreman.Operator.Tests.Fakes;

namespace Foreman.Operator.Tests.Results;

public class ResultReportTests
{
    private static readonly string Sha = new('b', 64);

    [Fact]
    public void People_get_verdict_summary_and_a_table_of_the_files()
    {
        var task = Ended("wrote\n\u001b[2Jit");
        var files = new ResultFiles([new("a.txt", Sha, 5), new("dir/long-name.txt", Sha, 12345)], 2, "mac", "/ws/t-1");

        var lines = ResultReport.Lines(task, files).ToArray();

        Assert.Equal("t: Succeeded, verdict GO, attempt 1 on mac", lines[0]);
        Assert.DoesNotContain('\u001b', lines[1]);
        Assert.Contains($"a.txt                  5  {Sha}", lines);
        Assert.Contains($"dir/long-name.txt  12345  {Sha}", lines);
        Assert.Equal(["2 more files are not listed.", "Workspace: /ws/t-1 on mac"], lines[^2..]);
    }

    [Fact]
    public void Programs_get_one_line_with_what_became_of_each_file()
    {
        var file = new ResultFile("a.txt", Sha, 5);

        var text = ResultReport.Json(Ended("done"), new ResultFiles([file], 0, "mac", "/ws"), [new FetchedFile(file, FetchStates.Exists, "it is there")]);

        Assert.DoesNotContain('\n', text);
        var json = JsonNode.Parse(text)!;
        Assert.Equal(("t", "team", "GO", "done"), ((string?)json["task"], (string?)json["namespace"], (string?)json["verdict"], (string?)json["summary"]));
        Assert.Equal(("exists", "it is there", 5), ((string?)json["files"]![0]!["state"], (string?)json["files"]![0]!["message"], (int)json["files"]![0]!["bytes"]!));
        Assert.Equal("/ws", (string?)json["workspace"]!["path"]);
    }

    [Fact]
    public void A_task_that_never_ran_is_told_by_its_condition()
    {
        var task = Ended("") with
        {
            Status = new() { Phase = TaskPhase.Failed, FailureReason = FailureReason.Unsupported, Conditions = [new() { Type = ConditionTypes.Completed, Status = "True", Message = "spec.x: no." }] },
        };

        var lines = ResultReport.Lines(task, ResultFiles.Read(null)).ToArray();

        Assert.Equal(["t: Failed, verdict none (Unsupported), attempt 0", "spec.x: no."], lines);
    }

    private static AgenticTask Ended(string summary)
    {
        var task = Sample.Task("t");
        return task with
        {
            Status = new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, Attempt = 1, AssignedNode = "mac", Result = new JsonObject { ["summary"] = summary } },
        };
    }
}
