using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Queueing;

public class InputGateTests
{
    private static readonly TaskInput Missing = new() { Path = "in/a.txt", ConfigMapKeyRef = new() { Name = "cm", Key = "a" } };

    [Fact]
    public void A_task_waits_for_its_files_and_the_condition_names_the_first()
    {
        var plan = Given.Decide(Given.Cluster([Given.Node("a")], Task(Missing with { Content = [1] }, Missing with { Path = "b" })));

        var scheduled = plan.Write("t").Scheduled();
        Assert.Equal((Conditions.False, Reasons.WaitingForInputs), (scheduled.Status, scheduled.Reason));
        Assert.Equal("spec.payload.inputs[1] (\"b\") is being fetched.", scheduled.Message);
    }

    [Fact]
    public void What_kept_a_file_from_being_fetched_is_said()
    {
        var snapshot = Given.Cluster([Given.Node("a")], Task(Missing)) with
        {
            InputProblems = new Dictionary<string, string> { ["uid-t"] = "ConfigMap cm has no key a; add it" },
        };

        Assert.Equal("ConfigMap cm has no key a; add it.", Given.Decide(snapshot).Write("t").Scheduled().Message);
    }

    [Fact]
    public void A_task_with_its_files_is_assigned_also_when_one_is_empty() =>
        Assert.IsType<AssignTask>(Given.Decide(Given.Cluster([Given.Node("a")], Task(Missing with { Content = [] }))).Write("t"));

    [Fact]
    public void A_task_that_was_assigned_once_waits_no_more_for_what_can_no_longer_be_filled_in() =>
        Assert.Null(InputGate.Check(Task(Missing).After(new TaskAttempt { Attempt = 1 }), new Dictionary<string, string>()));

    private static AgenticTask Task(params TaskInput[] inputs) => Given.Task("t").With(s => s with { Payload = s.Payload with { Inputs = inputs } });
}
