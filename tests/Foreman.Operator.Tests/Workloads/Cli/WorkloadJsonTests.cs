using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Tests.Workloads.Cli;

public class WorkloadJsonTests
{
    [Fact]
    public void An_ended_workload_is_one_line_with_all_that_came_of_it()
    {
        var step = WorkloadSample.Step("review-42-0", StepState.Incomplete) with { Message = "né", Usage = new() { Turns = 1, PromptTokens = 2, CompletionTokens = 3, Seconds = 4 } };
        var workload = WorkloadSample.Issues(step).Ended(WorkloadPhase.Failed, Reasons.ChildrenIncomplete, "0 of 1.");
        workload = workload with { Status = workload.Status! with { IncompleteTasks = 1, PullRequests = ["https://git.example/7"] } };

        var line = WorkloadJson.Line(WorkloadSample.State(workload, WorkloadSample.Task("review-42-0", TaskPhase.Succeeded, WorkloadSample.Findings())), isNew: true);

        Assert.DoesNotContain('\n', line);
        Assert.Equal(
            """{"workload":"w","namespace":"team","uid":"uid-w","created":true,"deleted":false,"phase":"Failed","ended":true,"reason":"ChildrenIncomplete","message":"0 of 1.","repo":"o/r","suspended":false,"cancelled":false,"tasks":{"inFlight":0,"succeeded":0,"incomplete":1,"failed":0,"alreadyResolved":0},"notes":[],"needsDecision":false,"questions":[],"pullRequests":["https://git.example/7"],"usage":null,"steps":[{"name":"review-42-0","kind":"review","agent":"coder","issue":42,"why":null,"task":"w-review-42-0","state":"Incomplete","superseded":false,"verdict":"NO-GO","reason":null,"outcome":null,"resolvedBy":null,"message":"né","node":"box","model":"qwen","attempt":1,"branch":null,"commitSHA":null,"pullRequestURL":null,"findings":[{"severity":"major","file":"calc.py","line":1,"message":"add subtracts"}],"usage":{"turns":1,"promptTokens":2,"completionTokens":3,"seconds":4}}]}""",
            line);
    }

    [Fact]
    public void A_new_workload_has_what_there_is()
    {
        var json = JsonNode.Parse(WorkloadJson.Line(new(WorkloadSample.Issues() with { Status = null }), isNew: null))!.AsObject();

        Assert.False(json.ContainsKey("created"));
        Assert.Null(json["phase"]);
        Assert.False((bool)json["ended"]!);
        Assert.Empty(json["steps"]!.AsArray());
    }
}
