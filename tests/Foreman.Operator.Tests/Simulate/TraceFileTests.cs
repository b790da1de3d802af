using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Simulate;
using Foreman.Operator.Tests.Fakes;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Simulate;

public class TraceFileTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        var task = Sample.Task("t") with { Spec = Sample.Task("t").Spec with { Priority = 4, DependsOn = ["u"] } };
        SimulatedTask[] tasks = [new(TimeSpan.FromSeconds(1.5), task, TimeSpan.FromMinutes(3), 40), new(TimeSpan.Zero, Sample.Task("u"), TimeSpan.FromSeconds(0.25))];

        var read = TraceFile.Parse(string.Concat(tasks.Select(t => TraceFile.Line(t) + "\n")), "trace");

        Assert.Equal(tasks.Select(t => (t.At, t.Runs, t.Speed, t.Task.Name(), t.Task.Namespace())), read.Select(t => (t.At, t.Runs, t.Speed, t.Task.Name(), t.Task.Namespace())));
        Assert.Equal(4, read[0].Task.Spec.Priority);
        Assert.Equal(["u"], read[0].Task.Spec.DependsOn!);
    }

    [Fact]
    public void Speeds_have_fractions_and_tasks_may_queue_from_before_the_start()
    {
        var line = TraceFile.Line(Assert.Single(TraceFile.Parse("""{"at":1,"runs":2,"speed":0.5,"queuedAt":-60,"task":{"metadata":{"name":"t"},"spec":{"kind":"freeform","payload":{}}}}""", "trace")));

        var task = Assert.Single(TraceFile.Parse(line, "trace"));

        Assert.Equal((0.5, TimeSpan.FromSeconds(-60)), (task.Speed, task.QueuedAt));
    }

    [Fact]
    public void Tokens_are_written_and_read_and_need_not_be_there()
    {
        var task = new SimulatedTask(TimeSpan.Zero, Sample.Task("t"), TimeSpan.FromSeconds(1));

        Assert.Equal(new RunTokens(1200, 900), Assert.Single(TraceFile.Parse(TraceFile.Line(task with { Tokens = new(1200, 900) }), "trace")).Tokens);
        Assert.DoesNotContain("tokens", TraceFile.Line(task), StringComparison.Ordinal);
        Assert.Equal(default, Assert.Single(TraceFile.Parse(TraceFile.Line(task), "trace")).Tokens);
    }

    [Fact]
    public void A_name_steers_no_terminal()
    {
        const string Line = """{"at":0,"runs":1,"task":{"metadata":{"name":"t\u001b[2J"},"spec":{"kind":"freeform","payload":{}}}}""";

        var error = Assert.Throws<ExitException>(() => TraceFile.Parse($"{Line}\n{Line}", "trace"));

        Assert.DoesNotContain('\u001b', error.Message);
    }

    [Theory]
    [InlineData("nothing", "trace, line 2: ")]
    [InlineData("5", "it is no JSON object")]
    [InlineData("""{"at":0,"runs":1}""", "task is missing")]
    [InlineData("""{"at":0,"runs":1,"task":{"metadata":{},"spec":{"kind":"freeform","payload":{}}}}""", "task.metadata.name is missing")]
    [InlineData("""{"at":-1,"runs":1,"task":{"metadata":{"name":"t"},"spec":{"kind":"freeform","payload":{}}}}""", "at is no number from 0 to")]
    [InlineData("""{"at":0,"runs":"long","task":{"metadata":{"name":"t"},"spec":{"kind":"freeform","payload":{}}}}""", "runs is no number from 0 to")]
    [InlineData("""{"at":0,"runs":1e300,"task":{"metadata":{"name":"t"},"spec":{"kind":"freeform","payload":{}}}}""", "runs is no number from 0 to")]
    [InlineData("""{"at":0,"runs":40000000,"task":{"metadata":{"name":"t"},"spec":{"kind":"freeform","payload":{}}}}""", "runs is no number from 0 to")]
    [InlineData("""{"at":0,"runs":1,"tokens":-5,"task":{"metadata":{"name":"t"},"spec":{"kind":"freeform","payload":{}}}}""", "tokens is no number from 0 to 1099511627776")]
    [InlineData("""{"at":0,"runs":1,"tokens":5,"cached":6,"task":{"metadata":{"name":"t"},"spec":{"kind":"freeform","payload":{}}}}""", "cached is no number from 0 to 5")]
    [InlineData("""{"at":0,"at":1,"runs":1,"task":{"metadata":{"name":"t"},"spec":{"kind":"freeform","payload":{}}}}""", "trace, line 2: ")]
    [InlineData("""{"at":0,"runs":1,"task":{"metadata":{"name":"t"},"spec":7}}""", "AgenticTask t: ")]
    [InlineData("""{"at":0,"runs":1,"task":{"metadata":{"name":"first"},"spec":{"kind":"freeform","payload":{}}}}""", "task default/first stands there twice")]
    public void A_line_that_is_no_task_is_told(string line, string message)
    {
        const string First = """{"at":0,"runs":1,"task":{"metadata":{"name":"first"},"spec":{"kind":"freeform","payload":{}}}}""";

        var error = Assert.Throws<ExitException>(() => TraceFile.Parse($"{First}\n{line}", "trace"));

        Assert.Equal(ExitCodes.Usage, error.ExitCode);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
