using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Children;

public sealed class ChildTaskTests
{
    private static readonly Workload Owner = Given.Workload("w", Given.Batch(1) with { McpEnabled = false, VerdictPolicy = new() { SelfGO = [VerdictItem.Docs] } });

    [Fact]
    public void A_task_is_its_Workloads_and_has_what_its_step_says()
    {
        var step = new Step("a", TaskKind.Review, "reader", new())
        {
            Rank = 3,
            TimeoutSeconds = 60,
            Priority = 2,
            GateProfile = new() { Language = GateLanguage.Go },
            RetryPolicy = new() { Limit = 1 },
        };

        var task = ChildTask.Of(Owner, step, new() { Prompt = "filled" }, ["w-x", "w-y"], step.DependsOn, []);

        Assert.Equal(("w-a", "default", "w", "a"), (task.Name(), task.Namespace(), task.GetLabel(Labels.Workload), task.GetLabel(Labels.Step)));
        Assert.True(task.IsOwnedBy(Owner));
        Assert.Equal("uid-w", task.GetController()!.Uid);
        Assert.Equal(("3", "2026-03-04T05:06:07Z", null), (task.GetAnnotation(Labels.Rank), task.GetAnnotation(Labels.QueuedSince), task.GetAnnotation(Labels.Awaiting)));
        var spec = task.Spec;
        Assert.Equal((TaskKind.Review, "reader", "filled", 60, 2), (spec.Kind, spec.AgentRef!.Name, spec.Payload.Prompt, spec.TimeoutSeconds ?? 0, spec.Priority ?? 0));
        Assert.Equal((false, GateLanguage.Go, VerdictItem.Docs), (spec.McpEnabled ?? true, spec.GateProfile!.Language ?? default, spec.VerdictPolicy!.SelfGO![0]));
        Assert.Null(spec.RetryPolicy);
        Assert.Equal(["w-x", "w-y"], spec.DependsOn!);
        Assert.Null(spec.Suspend);
        Assert.Null(spec.Budget);
    }

    [Theory]
    [InlineData("gold")]
    [InlineData(null)]
    public void A_task_is_in_the_queue_of_its_workload(string? queue)
    {
        var labels = queue is null ? null : new Dictionary<string, string> { [Labels.Queue] = queue };
        var owner = Owner with { Metadata = Owner.Metadata with { Labels = labels } };

        Assert.Equal(queue, ChildTask.Of(owner, new("a", TaskKind.Review, "reader", new()), new(), [], [], []).GetLabel(Labels.Queue));
    }

    [Fact]
    public void A_task_that_follows_nothing_says_nothing_of_it() =>
        Assert.Null(ChildTask.Of(Owner, new("a", TaskKind.Review, "reader", new()), new(), [], [], []).Spec.DependsOn);

    [Fact]
    public void A_task_that_awaits_something_is_suspended_and_says_what()
    {
        var task = ChildTask.Of(Owner, new("a", TaskKind.Review, "reader", new()), new(), [], [], ["b", ChildTask.Budget]);

        Assert.True(task.Spec.Suspend);
        Assert.Equal("b, budget", task.GetAnnotation(Labels.Awaiting));
        Assert.Equal(["b", "budget"], ChildTask.Awaited(task));
    }

    [Fact]
    public void Only_a_task_that_its_Workload_suspended_and_that_has_not_ended_awaits_something()
    {
        var task = ChildTask.Of(Owner, new("a", TaskKind.Review, "reader", new()), new(), [], [], ["b"]);

        Assert.Empty(ChildTask.Awaited(task.With(s => s with { Suspend = null })));
        Assert.Empty(ChildTask.Awaited(task.Ended(RunEnd.Go)));
        Assert.Empty(ChildTask.Awaited(Given.Child("w", "a").With(s => s with { Suspend = true })));
    }

    [Fact]
    public void A_payload_waits_for_what_it_refers_to_and_for_remarks()
    {
        var step = new Step("c", TaskKind.Review, "reader", new()) { AdvisoriesOf = "code" };
        var graph = Graph("a", "b", "code", "c");

        Assert.Equal(["code", "b", "a"], PayloadFilling.Sources(new() { Prompt = "${steps.b.branch} ${steps.0.summary} ${steps.b.verdict}" }, step, graph));
        Assert.Empty(PayloadFilling.Sources(new() { Prompt = "$${steps.b.branch}" }, step with { AdvisoriesOf = null }, graph));
    }

    [Fact]
    public void Every_reference_is_replaced_once_and_what_is_put_in_is_never_read()
    {
        var results = Results(("a", RunEnd.Go with { Summary = "see ${steps.b.summary} and $${steps." }), ("b", RunEnd.Go with { Branch = "foreman/b" }));

        var filled = PayloadFilling.Fill(
            new() { Prompt = "${steps.a.summary}|$${steps.a.summary}", Branch = "${steps.1.branch}-more" }, new("c", TaskKind.Freeform, "writer", new()), Graph("a", "b", "c"), results);

        Assert.Equal(("see ${steps.b.summary} and $${steps.|${steps.a.summary}", "foreman/b-more"), (filled.Prompt, filled.Branch));
    }

    [Fact]
    public void A_plain_payload_stays_the_very_one()
    {
        var payload = new TaskPayload { Prompt = "Do it." };

        Assert.Same(payload, PayloadFilling.Fill(payload, new("c", TaskKind.Review, "reader", payload) { AdvisoriesOf = "a" }, Graph("a", "c"), Results(("a", RunEnd.Go))));
    }

    [Fact]
    public void Remarks_are_taken_over_and_bounded()
    {
        var many = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"check":"c{{i}}","detail":"{{new string('x', 5000)}}"}"""));
        var results = Results(("a", RunEnd.Go with { Extra = Given.Json($$"""{"gateAdvisories":["odd",{"check":"bare"},{{many}}]}""") }));

        var advisories = PayloadFilling.Fill(new(), new("c", TaskKind.Review, "reader", new()) { AdvisoriesOf = "a" }, Graph("a", "c"), results).GateAdvisories!;

        Assert.Equal(50, advisories.Count);
        Assert.Equal(("bare", null, "c0"), (advisories[0].Check, advisories[0].Detail, advisories[1].Check));
        Assert.Equal(4096, advisories[1].Detail!.Length);
    }

    [Fact]
    public void A_prompt_that_grows_too_long_and_a_value_that_is_missing_are_refused()
    {
        var results = Results(("a", RunEnd.Go with { Extra = Given.Json($$$"""{"outputs":{"big":"{{{new string('x', 200_000)}}}"}}""") }));
        var step = new Step("c", TaskKind.Freeform, "writer", new());

        var tooLong = Assert.Throws<ReferenceException>(() => PayloadFilling.Fill(new() { Prompt = "${steps.a.output.big}${steps.a.output.big}" }, step, Graph("a", "c"), results));
        var missing = Assert.Throws<ReferenceException>(() => PayloadFilling.Fill(new() { Prompt = "${steps.a.branch}" }, step, Graph("a", "c"), results));
        var nowhere = Assert.Throws<ReferenceException>(() => PayloadFilling.Fill(new() { Prompt = "${steps.z.branch}" }, step, Graph("a", "c"), results));

        Assert.Equal("payload.prompt has 400000 characters once its references are filled in, and 262144 is the most", tooLong.Message);
        Assert.Equal("${steps.a.branch} has no value: that step made no branch", missing.Message);
        Assert.Equal("${steps.z.branch} is about a step that is not there", nowhere.Message);
    }

    private static StepGraph Graph(params string[] steps) => new(steps.Select(s => new Step(s, TaskKind.Freeform, "writer", new())));

    private static Func<string, StepResult> Results(params (string Step, RunEnd End)[] ends)
    {
        var byStep = ends.ToDictionary(e => e.Step, e => StepResult.Of(Given.Child("w", e.Step).Ended(e.End)), StringComparer.Ordinal);
        return s => byStep.GetValueOrDefault(s, StepResult.Unmade);
    }
}
