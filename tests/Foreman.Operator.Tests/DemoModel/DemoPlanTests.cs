using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Operator.DemoModel;
using Foreman.Workloads;

namespace Foreman.Operator.Tests.DemoModel;

public sealed class DemoPlanTests
{
    [Fact]
    public void Each_sentence_of_a_goal_becomes_a_step_and_the_plan_is_accepted()
    {
        var asked = Decide([]).Creates.Single();
        var plan = DemoPlan.Of(asked.Spec.Payload.Prompt!)!;
        Assert.Equal(["step-1", "step-2"], plan["plan"]!["steps"]!.AsArray().Select(s => (string?)s!["name"]));

        var decision = Decide([Answered(asked, plan)]);
        Assert.Equal(["Write a file named a with the text: x", "Write a file named b with the text: y"], decision.Status!.Pipeline!.Select(s => s.Payload.Prompt));
    }

    [Theory]
    [InlineData("file://desk/srv/my.repo")]
    [InlineData("acme/shop")]
    [InlineData(null)]
    public void Steps_work_on_the_repository_that_is_named(string? repo)
    {
        var asked = Decide([], repo).Creates.Single();

        var decision = Decide([Answered(asked, DemoPlan.Of(asked.Spec.Payload.Prompt!)!)], repo);

        Assert.Equal([repo, repo], decision.Status!.Pipeline!.Select(s => s.Payload.Repo));
    }

    [Fact]
    public void Other_prompts_ask_for_no_plan() => Assert.Null(DemoPlan.Of("Write a file named a with the text: x"));

    private static readonly Dictionary<string, Agent> Agents = new()
    {
        ["planner"] = new() { Metadata = new() { Name = "planner" }, Spec = new() { Role = AgentRole.Planner, SystemPrompt = "x" } },
        ["writer"] = new() { Metadata = new() { Name = "writer" }, Spec = new() { Role = AgentRole.Coder, SystemPrompt = "x" } },
    };

    private static AgenticTask Answered(AgenticTask asked, JsonObject plan) => asked with
    {
        Status = new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, Result = new JsonObject { ["extra"] = new JsonObject { ["modelExtra"] = plan } } },
    };

    private static WorkloadDecision Decide(IReadOnlyList<AgenticTask> children, string? repo = null) => WorkloadEngine.Decide(
        new WorkloadSnapshot(new Workload
        {
            Metadata = new() { Name = "w", NamespaceProperty = "default", Uid = "u", Generation = 1 },
            Spec = new() { Intent = "Write a file named a with the text: x\nWrite a file named b with the text: y", Repo = repo },
        })
        {
            Children = children,
            Agents = Agents,
        },
        DateTimeOffset.UnixEpoch);
}
