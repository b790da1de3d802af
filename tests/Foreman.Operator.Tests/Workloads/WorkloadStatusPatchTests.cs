using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads;

namespace Foreman.Operator.Tests.Workloads;

public class WorkloadStatusPatchTests
{
    [Fact]
    public void What_is_gone_is_taken_away_and_what_nobody_here_knows_is_not_named()
    {
        var before = new WorkloadStatus { Phase = WorkloadPhase.Dispatched, PlannerModel = "m", PullRequests = ["https://forge/1"] };

        var patch = WorkloadStatusPatch.Of(Of(before), new() { Phase = WorkloadPhase.Completed, SucceededTasks = 0 });

        Assert.Equal(PatchType.MergePatch, patch.Type);
        Assert.Equal("""{"status":{"phase":"Completed","succeededTasks":0,"plannerModel":null,"pullRequests":null}}""", Sorted(patch));
    }

    [Fact]
    public void What_is_gone_of_a_part_is_taken_away_too()
    {
        var before = new WorkloadStatus { Intake = new() { InProgress = 1, Counted = ["a"] } };

        var patch = WorkloadStatusPatch.Of(Of(before), new() { Intake = new() { InProgress = 0 } });

        Assert.Equal("""{"status":{"intake":{"inProgress":0,"counted":null}}}""", Sorted(patch));
    }

    [Fact]
    public void The_first_status_is_written_as_it_is() =>
        Assert.Equal("""{"metadata":{"uid":"u"},"status":{"phase":"Planning"}}""", WorkloadStatusPatch.Of(Of(null), new() { Phase = WorkloadPhase.Planning }).Content.ToJsonString());

    [Fact]
    public void An_exact_one_is_for_the_very_version_that_was_read()
    {
        var read = Of(null) with { Metadata = new() { Name = "w", Uid = "u", ResourceVersion = "7" } };

        Assert.Equal(
            """{"metadata":{"uid":"u","resourceVersion":"7"},"status":{"phase":"Planning"}}""",
            WorkloadStatusPatch.Of(read, new() { Phase = WorkloadPhase.Planning }, isExact: true).Content.ToJsonString());
    }

    private static Workload Of(WorkloadStatus? status) => new() { Metadata = new() { Name = "w", Uid = "u" }, Status = status };

    private static string Sorted(V1Patch patch)
    {
        var status = patch.Content["status"]!.AsObject();
        var fields = status.OrderBy(f => f.Value is null).ThenBy(f => f.Key, StringComparer.Ordinal).Select(f => $"\"{f.Key}\":{f.Value?.ToJsonString() ?? "null"}");
        return "{\"status\":{" + string.Join(',', fields) + "}}";
    }
}
