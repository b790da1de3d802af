using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Inspect;
using Foreman.Operator.Tests.Fakes;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Inspect;

public class PlannedObjectsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_task_that_waits_is_replaced_and_one_that_has_begun_keeps_its_slot()
    {
        var waits = Sample.Task("waits");
        waits = waits with { Metadata = waits.Metadata with { CreationTimestamp = Now.AddHours(-1) }, Status = waits.Status with { Attempt = 2 } };
        var runs = Sample.Task("runs").Scheduled(Placement.Node).Running();
        var objects = PlannedObjects.Of([Task("waits"), Task("runs"), Task("new")], "team", "f.yaml");

        var (cluster, taken) = objects.Into(new ClusterSnapshot { Tasks = [waits, runs] }, Now);

        Assert.Equal([("new", true), ("runs", false), ("waits", true)], cluster.Tasks.Select(t => (t.Name(), PlannedObjects.IsPlanned(t))).Order());
        Assert.Equal([(Now, 0L), (Now.AddHours(-1), 2L)], cluster.Tasks.Where(PlannedObjects.IsPlanned).OrderBy(t => t.Name(), StringComparer.Ordinal).Select(t => (t.Metadata.CreationTimestamp!.Value, t.Status.Attempt)));
        Assert.Contains("task team/runs is there already and has begun (Running)", Assert.Single(taken), StringComparison.Ordinal);
    }

    [Fact]
    public void A_generated_name_takes_none_that_is_there()
    {
        var objects = PlannedObjects.Of([Task("task-1"), JsonNode.Parse("""{"kind":"AgenticTask","metadata":{"generateName":"task-"},"spec":{"kind":"freeform","payload":{"prompt":"x"}}}""")!.AsObject()], "team", "f.yaml");

        Assert.Equal(2, objects.Into(new(), Now).Cluster.Tasks.Count);
    }

    [Fact]
    public void Two_tasks_with_one_name_are_refused()
    {
        var error = Assert.Throws<ExitException>(() => PlannedObjects.Of([Task("a"), Task("a")], "team", "f.yaml"));

        Assert.Equal((ExitCodes.Usage, "f.yaml: task team/a stands there twice"), (error.ExitCode, error.Message));
    }

    [Fact]
    public void A_host_of_the_file_takes_the_place_of_its_namesake_whatever_its_manifest_says_of_a_namespace()
    {
        var node = JsonNode.Parse("""{"kind":"FleetNode","metadata":{"name":"a","namespace":"x"},"spec":{"nodeName":"a"}}""")!.AsObject();

        Assert.Single(PlannedObjects.Of([Task("t"), node], "team", "f.yaml").Into(new ClusterSnapshot { Nodes = [Sample.Node("a")] }, Now).Cluster.Nodes);
    }

    private static JsonObject Task(string name) =>
        JsonNode.Parse("""{"kind":"AgenticTask","metadata":{"name":"NAME"},"spec":{"kind":"freeform","payload":{"prompt":"x"}}}""".Replace("NAME", name, StringComparison.Ordinal))!.AsObject();
}
