using Foreman.Api;

namespace Foreman.Workloads.Tests.Workflows;

public sealed class WorkflowPlanTests
{
    [Fact]
    public void Sound_steps_have_no_fault() =>
        Assert.Null(FaultOf(WorkflowPlay.Step("a"), WorkflowPlay.Step("b", "${steps.a.output.k} ${steps.0.summary}")));

    [Fact]
    public void Two_steps_of_one_name_are_refused() => Assert.Equal(
        (Reasons.InvalidPlan, "spec.steps: two steps are called \"a\"; give each a name of its own."),
        Told(WorkflowPlay.Step("a"), WorkflowPlay.Step("a")));

    [Fact]
    public void What_is_no_reference_is_refused_and_shown()
    {
        var (reason, message) = Told(WorkflowPlay.Step("a"), WorkflowPlay.Step("b", "${steps.a.colour}"));

        Assert.Equal(Reasons.InvalidPlan, reason);
        Assert.StartsWith("spec.steps: step \"b\", payload.prompt: \"${steps.a.colour}\" is none of ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_step_that_comes_later_is_refused()
    {
        var step = WorkflowPlay.Step("a") with { Payload = new() { Prompt = "Read.", Inputs = [new() { Path = "in.txt", FromTask = new() { Name = "b", Path = "out.txt" } }] } };

        Assert.Equal(
            (Reasons.InvalidPlan, "spec.steps: step \"a\", payload.inputs: it takes a file from step \"b\", which does not come before it."),
            Told(step, WorkflowPlay.Step("b")));
    }

    [Fact]
    public void A_name_that_labels_can_not_hold_is_refused()
    {
        var workflow = Of(WorkflowPlay.Step("a"));

        Assert.Null(WorkflowPlan.Fault(workflow with { Metadata = workflow.Metadata with { Name = new string('w', 63) } }));
        Assert.StartsWith(
            "spec.steps: metadata.name has 64 characters, and the labels of its tasks hold 63",
            WorkflowPlan.Fault(workflow with { Metadata = workflow.Metadata with { Name = new string('w', 64) } })!.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void References_in_a_container_are_about_steps_before_it()
    {
        var container = new TaskContainer { Image = "x", Args = ["run", "${steps.b.branch}"], Env = [new() { Name = "FROM", Value = "${steps.a.colour}" }] };

        var (reason, message) = Told(WorkflowPlay.Step("a") with { Container = container }, WorkflowPlay.Step("b"));

        Assert.Equal(Reasons.InvalidPlan, reason);
        Assert.StartsWith("spec.steps: step \"a\", container.args[1]: ${steps.b.branch} is about no step that comes before this one. step \"a\", container.env.FROM: ", message, StringComparison.Ordinal);
        Assert.Null(FaultOf(WorkflowPlay.Step("a"), WorkflowPlay.Step("b") with { Container = new() { Image = "x", Args = ["${steps.a.output.k}"] }, Job = new() { TtlSecondsAfterFinished = 60 } }));
    }

    [Fact]
    public void All_faults_are_told_at_once_up_to_ten()
    {
        var (_, message) = Told([.. Enumerable.Range(0, 12).Select(n => WorkflowPlay.Step($"s{n}", "${steps.nowhere.branch}"))]);

        Assert.Equal(10, message.Split("is about no step").Length - 1);
        Assert.EndsWith(". There is more.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void There_are_one_to_a_hundred_steps(int count, bool isFine) =>
        Assert.Equal(isFine, FaultOf([.. Enumerable.Range(0, count).Select(n => WorkflowPlay.Step($"s{n}"))]) is null);

    private static (string Reason, string Message) Told(params WorkflowStep[] steps)
    {
        var fault = FaultOf(steps);
        Assert.NotNull(fault);
        return (fault.Reason, fault.Message);
    }

    private static PlanFault? FaultOf(params WorkflowStep[] steps) => WorkflowPlan.Fault(Of(steps));

    private static Workflow Of(params WorkflowStep[] steps) => new() { Metadata = new() { Name = "w", NamespaceProperty = "default", Uid = "uid-w" }, Spec = new() { Steps = steps } };
}
