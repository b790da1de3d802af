using System.Text;
using Foreman.Api;
using Foreman.Operator.Inputs;
using Foreman.Operator.Tests.Fakes;

namespace Foreman.Operator.Tests.Inputs;

public class InputPlanTests
{
    private static readonly TaskInput Missing = new() { Path = "a", ConfigMapKeyRef = new() { Name = "cm", Key = "k" } };

    [Fact]
    public void A_task_that_waits_for_nothing_but_its_files_is_due() => Assert.True(IsDue(Task(Missing)));

    [Fact]
    public void A_task_that_has_its_files_runs_was_assigned_is_suspended_or_cancelled_is_not()
    {
        Assert.False(IsDue(Sample.Task("t")));
        Assert.False(IsDue(Task(Missing with { Content = [] })));
        Assert.False(IsDue(Task(Missing).Scheduled(Placement.Node)));
        Assert.False(IsDue(Task(Missing) with { Status = new() { Phase = TaskPhase.Pending, Attempt = 1 } }));
        Assert.False(IsDue(Change(Task(Missing), s => s with { Suspend = true })));
        Assert.False(IsDue(Change(Task(Missing), s => s with { Cancel = true })));
    }

    [Fact]
    public void A_task_is_due_once_all_that_it_depends_on_succeeded_on_target()
    {
        var task = Change(Task(Missing), s => s with { DependsOn = ["first"] });
        var first = Sample.Task("first");

        Assert.False(IsDue(task));
        Assert.False(IsDue(task, first));
        Assert.False(IsDue(task, first with { Status = new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.NoGo } }));
        Assert.True(IsDue(task, first with { Status = new() { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go } }));
    }

    [Fact]
    public void The_write_tests_that_nothing_changed_since()
    {
        var patch = InputPlan.Patch(Task(Missing, Missing), [new FoundInput(0, [1, 2], null), new FoundInput(1, null, "mac")]).Content.ToJsonString();

        Assert.Contains("""{"op":"test","path":"/metadata/generation","value":1}""", patch, StringComparison.Ordinal);
        Assert.Contains("""{"op":"test","path":"/status/attempt","value":0}""", patch, StringComparison.Ordinal);
        Assert.Contains("""{"op":"add","path":"/spec/payload/inputs/0/content","value":"AQI="}""", patch, StringComparison.Ordinal);
        Assert.Contains("""{"op":"add","path":"/spec/payload/inputs/1/host","value":"mac"}""", patch, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_another_hash_is_no_match_and_both_are_named()
    {
        var input = Missing with { Sha256 = new string('0', 64) };

        Assert.Null(InputPlan.Mismatch(Missing, "x"u8));
        Assert.Contains($"and not {input.Sha256}", InputPlan.Mismatch(input, "x"u8), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_filled_in_already_takes_room() =>
        Assert.Equal(TaskInput.MaxContentBytes - 3, InputPlan.Room([Missing, Missing with { Content = Encoding.UTF8.GetBytes("abc") }]));

    private static bool IsDue(AgenticTask task, AgenticTask? upstream = null) => InputPlan.IsDue(task, _ => upstream);

    private static AgenticTask Task(params TaskInput[] inputs) => Change(Sample.Task("t"), s => s with { Payload = s.Payload with { Inputs = inputs } });

    private static AgenticTask Change(AgenticTask task, Func<AgenticTaskSpec, AgenticTaskSpec> change) => task with { Spec = change(task.Spec) };
}
