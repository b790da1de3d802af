using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Workflows;

public sealed class StepTaskTests
{
    // Every field that a step may set.
    private const string Full = """
        {"name":"a","kind":"issue-fix","agentRef":{"name":"writer"},"modelRef":"m","requiredCapability":{"minRAMGB":8},"payload":{"repo":"acme/shop","issue":7,"prompt":"Fix it."},
         "timeoutSeconds":60,"priority":2,"gateProfile":{"language":"go"},"scanGate":{"images":["x"]},"mcpEnabled":false,"verdictPolicy":{"selfGO":["docs"]},
         "placement":"Node","retryPolicy":{"limit":2,"reasons":["CloneFailed"]},"budget":{"tokens":1000},
         "container":{"image":"example.com/coder:1","args":["fix"],"env":[{"name":"LEVEL","value":"2"}]},"job":{"ttlSecondsAfterFinished":60}}
        """;

    [Fact]
    public void A_task_is_what_its_step_says()
    {
        var task = Made($$$"""{"steps":[{{{Full}}}]}""");

        var (spec, wanted) = (JsonSerializer.SerializeToNode(task, AgenticTask.TypeInfo)!["spec"]!, JsonNode.Parse(Full)!.AsObject());
        wanted.Remove("name");
        Assert.Equal(wanted.Select(f => f.Key).Order(StringComparer.Ordinal), spec.AsObject().Select(f => f.Key).Order(StringComparer.Ordinal));
        Assert.All(wanted, f => Assert.True(JsonNode.DeepEquals(f.Value, spec[f.Key]), f.Key));
    }

    [Fact]
    public void A_task_is_its_Workflows_and_complete_when_it_is_made()
    {
        var task = Made("""{"steps":[{"name":"a","kind":"freeform","payload":{"prompt":"Do a."}}]}""");

        Assert.Equal(("w-a", "default", "w", "a"), (task.Name(), task.Namespace(), task.GetLabel(Labels.Workflow), task.GetLabel(Labels.Step)));
        Assert.Equal(("uid-w", "Workflow"), (task.GetController()!.Uid, task.GetController()!.Kind));
        Assert.Equal((null, "2026-03-04T05:06:07Z", null), (task.Spec.Suspend, task.GetAnnotation(Labels.QueuedSince), task.Spec.DependsOn));
        Assert.Null(task.GetLabel(Labels.Workload));
        Assert.Null(task.GetLabel(Labels.Queue));
    }

    [Fact]
    public void A_task_is_in_the_queue_of_its_Workflow()
    {
        var workflow = Begun("""{"steps":[{"name":"a","kind":"freeform","payload":{"prompt":"Do a."}}]}""");
        var queued = workflow with { Metadata = workflow.Metadata with { Labels = new Dictionary<string, string> { [Labels.Queue] = "gold" } } };

        Assert.Equal("gold", Assert.IsType<CreateStepTask>(WorkflowEngine.Decide(new(queued), Given.Now)).Task.GetLabel(Labels.Queue));
    }

    [Fact]
    public void Files_of_another_step_are_those_of_its_task_and_that_one_comes_first()
    {
        var play = new WorkflowPlay(WorkflowPlay.Step("a"), TakingFiles("b", "a", "notes.txt"));

        play.EndAndSettle("a", RunEnd.Go);

        Assert.Equal(("w-a", "notes.txt"), (play.Task("b").Spec.Payload.Inputs![0].FromTask!.Name, play.Task("b").Spec.Payload.Inputs![0].FromTask!.Path));
        Assert.Equal(["w-a"], play.Task("b").Spec.DependsOn!);
    }

    [Fact]
    public void Files_of_a_task_that_is_gone_are_not_waited_for()
    {
        var play = new WorkflowPlay(WorkflowPlay.Step("a"), WorkflowPlay.Step("b"), TakingFiles("c", "a", "notes.txt")).EndAndSettle("a", RunEnd.Go);
        play.Tasks.Remove("w-a");

        play.EndAndSettle("b", RunEnd.Go);

        Assert.Equal(("Failed", Reasons.ReferenceNotResolved, "c"), play.End);
        Assert.Equal("Step c: payload.inputs takes a file from task \"w-a\", which was deleted.", play.Completed!.Message);
    }

    [Fact]
    public void A_prompt_that_gets_too_long_fails_its_step_before_it_is_made()
    {
        var play = new WorkflowPlay(WorkflowPlay.Step("a"), WorkflowPlay.Step("b", string.Concat(Enumerable.Repeat("${steps.a.output.k}", 6))));

        play.EndAndSettle("a", WorkflowPlay.Giving($$"""{"k":"{{new string('x', 50_000)}}"}"""));

        Assert.Equal(("Failed", Reasons.ReferenceNotResolved, "b"), play.End);
        Assert.Contains("payload.prompt has 300000 characters once its references are filled in", play.Completed!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_gets_what_another_one_left_in_its_arguments_and_variables()
    {
        var container = new TaskContainer
        {
            Image = "x",
            Command = ["echo", "${steps.a.output.url}"],
            Args = ["--from", "${steps.a.output.url}/$(HOME)"],
            Env = [new() { Name = "FROM", Value = "${steps.0.output.url}" }, new() { Name = "KEY", ValueFrom = new() { SecretKeyRef = new() { Name = "keys", Key = "k" } } }],
        };
        var play = new WorkflowPlay(WorkflowPlay.Step("a"), WorkflowPlay.Step("b") with { Container = container }).Settle();
        var ended = play.Task("a").Ended(RunEnd.Go);
        play.Tasks["w-a"] = ended with { Status = ended.Status with { Outputs = new Dictionary<string, string> { ["url"] = "https://x" } } };

        play.Settle();

        var made = play.Task("b").Spec.Container!;
        Assert.Equal(["echo", "${steps.a.output.url}"], made.Command!);
        Assert.Equal(["--from", "https://x/$(HOME)"], made.Args!);
        Assert.Equal(["FROM https://x", "KEY "], made.Env!.Select(v => $"{v.Name} {v.Value}"));
        Assert.Equal("https://x", play.Entry("a").Outputs!["url"]);
    }

    private static WorkflowStep TakingFiles(string name, string source, string path) => WorkflowPlay.Step(name) with
    {
        Payload = new() { Prompt = "Read.", Inputs = [new() { Path = "in.txt", FromTask = new() { Name = source, Path = path } }] },
    };

    private static AgenticTask Made(string spec) => Assert.IsType<CreateStepTask>(WorkflowEngine.Decide(new(Begun(spec)), Given.Now)).Task;

    private static Workflow Begun(string spec)
    {
        var workflow = JsonSerializer.Deserialize($$"""{"metadata":{"name":"w","namespace":"default","uid":"uid-w","generation":1,"creationTimestamp":"2026-03-04T05:06:07Z"},"spec":{{spec}}}""", Workflow.TypeInfo)!;
        return workflow with { Status = new() { Phase = WorkflowPhase.Running, StartedAt = Given.Now } };
    }
}
