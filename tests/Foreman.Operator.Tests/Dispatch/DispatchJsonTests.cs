using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchJsonTests
{
    [Fact]
    public void A_task_that_ended_is_one_line_with_all_that_came_of_it()
    {
        var line = DispatchJson.Line(
            new DispatchedTask(DispatchEndTests.Done(new JsonObject { ["pullRequestURL"] = "https://git.example/o/r/pulls/7", ["diff"] = new JsonObject { ["text"] = "+né\n", ["truncated"] = false }, ["findings"] = new JsonArray(new JsonObject { ["severity"] = "minor" }) })),
            isNew: true);

        Assert.DoesNotContain('\n', line);
        Assert.Equal(
            """{"task":"t","namespace":"team","uid":"u","created":true,"deleted":false,"phase":"Succeeded","verdict":"GO","reason":null,"summary":"add adds now","cause":null,"node":"box","model":"qwen","attempt":1,"repo":"o/r","branch":"foreman/issue-42","commitSHA":"0123456789abcdef0123456789abcdef01234567","pullRequestURL":"https://git.example/o/r/pulls/7","pullRequestDraft":false,"pullRequestError":null,"gate":[{"check":"test","outcome":"GATE-PASS","seconds":3}],"findings":[{"severity":"minor"}],"diff":{"text":"+né\n","truncated":false},"usage":{"turns":4,"promptTokens":12345,"completionTokens":678,"seconds":9}}""",
            line);
    }

    [Fact]
    public void A_task_that_has_not_run_has_what_there_is()
    {
        var line = JsonNode.Parse(DispatchJson.Line(DispatchLinesTests.Task(TaskPhase.Pending), isNew: false))!;

        Assert.Equal(("t", false, "Pending"), ((string?)line["task"], (bool)line["created"]!, (string?)line["phase"]));
        Assert.All(new[] { "verdict", "summary", "cause", "branch", "gate", "findings", "diff", "usage" }, f => Assert.Null(line[f]));
    }
}
