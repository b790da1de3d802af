using Foreman.Api;
using Foreman.Operator.Controllers;

namespace Foreman.Operator.Tests.Controllers;

public class UnsupportedControllersTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly Workload Workload = new() { Metadata = new() { Name = "w", NamespaceProperty = "team", Uid = "1", Generation = 2 } };

    [Fact, Trait("Kind", "12")]
    public void Kinds_that_cannot_be_acted_on_yet_say_so()
    {
        StatusReport?[] reports =
        [
            WorkloadController.Decide(Workload, Now),
            AgentReleaseController.Decide(new() { Metadata = new() { Name = "r", Uid = "2" } }, Now),
        ];

        Assert.Equal(["Planned=False", "Completed=True", "Halted=True", "Completed=True"], reports.SelectMany(Shown));
        Assert.Equal(["Failed", "Failed"], reports.Select(r => (string?)r!.Status["phase"]));
        Assert.All(reports.SelectMany(r => r!.Status["conditions"]!.AsArray()), c => Assert.Equal(Reasons.Unsupported, (string?)c!["reason"]));
        Assert.All(reports, r => Assert.Equal(Reasons.Unsupported, r!.Warning?.Reason));
    }

    [Fact]
    public void What_is_written_already_is_not_written_again()
    {
        var written = Workload with
        {
            Status = System.Text.Json.JsonSerializer.Deserialize(
                new System.Text.Json.Nodes.JsonObject { ["status"] = WorkloadController.Decide(Workload, Now)!.Status.DeepClone() }, Api.Workload.TypeInfo)!.Status,
        };

        Assert.Null(WorkloadController.Decide(written, Now.AddHours(1)));
        Assert.NotNull(WorkloadController.Decide(written with { Metadata = written.Metadata with { Generation = 3 } }, Now));
    }

    private static IEnumerable<string> Shown(StatusReport? report) =>
        report!.Status["conditions"]!.AsArray().Select(c => $"{c!["type"]}={c["status"]}");
}
