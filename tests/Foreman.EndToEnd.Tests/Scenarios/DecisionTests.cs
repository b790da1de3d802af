using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>A model that asks a person and goes on with the answer: the chart, the operator, an agent and the commands as processes.</summary>
public sealed class DecisionTests : IDisposable
{
    private const string Question = "Which of both tables holds the prices?";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_question_waits_for_its_answer_though_the_operator_is_killed_and_the_work_is_then_done()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        using var model = new StepModel((_, user) => user.Contains("Name the table", StringComparison.Ordinal) ? Script(user) : null);
        await fleet.StartAgentAsync("host-a", model.Url);
        await fleet.Kubectl.ApplyAsync(Manifests(fleet.Namespace));

        var parked = await CommandAsync(fleet, "workload", "prices", "--watch");
        Assert.True(parked.Code == 4, parked.Text + fleet.Logs());
        Assert.Contains(Question, parked.Text, StringComparison.Ordinal);
        await fleet.KillAndRestartOperatorAsync();
        var shown = await CommandAsync(fleet, "decide", "prices");
        Assert.Contains("Step name asks:", shown.Text, StringComparison.Ordinal);
        var unknown = await CommandAsync(fleet, "decide", "prices", "The second.", "--step", "other");
        Assert.Equal((0, 1), (shown.Code, unknown.Code));

        var answered = await CommandAsync(fleet, "decide", "prices", "The second one.");
        Assert.True(answered.Code == 0, answered.Text);
        var ended = await CommandAsync(fleet, "workload", "prices", "--watch");

        Assert.True(ended.Code == 0, ended.Text + fleet.Logs());
        var status = JsonSerializer.Deserialize(await fleet.Kubectl.RunAsync("get", "workload", "prices", "-n", fleet.Namespace, "-o", "json"), Workload.TypeInfo)!.Status!;
        Assert.Equal((WorkloadPhase.Completed, "The second one."), (status.Phase, Assert.Single(status.Questions!).Answer));
        Assert.Equal(["prices-name", "prices-name-t1", "prices-tell"], status.Tasks!.Select(t => t.Name).Order(StringComparer.Ordinal));
        var again = await fleet.TaskAsync("prices-name-t1");
        Assert.Equal(Verdict.Go, again.Status.Verdict);
        Assert.Contains("The person's answer:\nThe second one.", again.Spec.Payload.Prompt, StringComparison.Ordinal);
    }

    private static StepCall[][] Script(string user)
    {
        var knows = user.Contains("The person's answer:\nThe second one.", StringComparison.Ordinal);
        var result = new JsonObject { ["verdict"] = knows ? "GO" : "NO-GO", ["summary"] = knows ? "it is the second one" : "it is not clear", ["commit_message"] = "" };
        if (!knows)
        {
            result["extra"] = new JsonObject { ["question"] = Question };
        }

        return [[new("submit_result", result.ToJsonString())]];
    }

    private async Task<(int Code, string Text)> CommandAsync(ForemanFleet fleet, params string[] arguments)
    {
        var run = await CommandRun.RunAsync(
            new ProcessRequest
            {
                Program = ReleasedBinaries.Operator,
                Arguments = [.. arguments, "-n", fleet.Namespace, "--kubeconfig", fleet.Cluster.AdminKubeconfigPath],
                WorkingDirectory = _folder.Path,
                Environment = new Dictionary<string, string?> { ["HOME"] = _folder.Path },
            },
            Patience);
        return (run.ExitCode, run.Output + run.Error);
    }

    private static string Manifests(string space) =>
        $$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: writer, namespace: {{space}}}
        spec:
          role: coder
          model: {{StepModel.Name}}
          systemPrompt: You answer.
          tools: [submit_result]
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workload
        metadata: {name: prices, namespace: {{space}}}
        spec:
          intent: Know where prices are.
          pipeline:
            - {name: name, kind: freeform, agentRef: {name: writer}, payload: {prompt: Name the table of prices.} }
            - {name: tell, kind: freeform, agentRef: {name: writer}, dependsOn: [name], when: [GO], payload: {prompt: "Name the table again. The person's answer:\nThe second one."} }
        """;
}
