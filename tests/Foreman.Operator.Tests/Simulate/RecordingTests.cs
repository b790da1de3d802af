using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Simulate;
using Foreman.Operator.Tests.Fakes;

namespace Foreman.Operator.Tests.Simulate;

public class RecordingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Tasks_that_ran_are_recorded_without_what_they_say()
    {
        var node = Sample.Node("a");
        node = node with { Status = node.Status! with { Capability = new() { Models = [new() { Name = "qwen", DecodeTokensPerSecond = 33 }] } } };
        var second = Ended("second", created: 60, (100, 160), (200, 230));

        var trace = Recording.Of([second, Ended("first", created: 0, (10, 20)), Ended("never", created: 5), Sample.Task("waits"), Ended("old", created: -9000, (-8000, -7000))], [node], Noon.AddHours(-1));

        Assert.Equal([("first", 0, 10), ("second", 60, 90)], trace.Select(t => (t.Task.Name(), (int)t.At.TotalSeconds, (int)t.Runs.TotalSeconds)));
        Assert.Equal([33, 33], trace.Select(t => t.Speed));
        Assert.DoesNotContain("Say hello", TraceFile.Line(trace[0]), StringComparison.Ordinal);
    }

    private static AgenticTask Ended(string name, int created, params (int Started, int Ended)[] attempts)
    {
        var task = Sample.Task(name);
        return task with
        {
            Metadata = task.Metadata with { CreationTimestamp = Noon.AddSeconds(created) },
            Status = new()
            {
                Phase = TaskPhase.Succeeded,
                Attempts = [.. attempts.Select((a, i) => new TaskAttempt { Attempt = i + 1, Node = "a", Model = "qwen", StartedAt = Noon.AddSeconds(a.Started), EndedAt = Noon.AddSeconds(a.Ended) })],
            },
        };
    }
}
