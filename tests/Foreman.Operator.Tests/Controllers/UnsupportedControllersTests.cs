using Foreman.Api;
using Foreman.Operator.Controllers;

namespace Foreman.Operator.Tests.Controllers;

public class UnsupportedControllersTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly AgentRelease Release = new() { Metadata = new() { Name = "r", Uid = "1", Generation = 2 } };

    [Fact, Trait("Kind", "12")]
    public void A_kind_that_cannot_be_acted_on_yet_says_so()
    {
        var report = AgentReleaseController.Decide(Release, Now)!;

        var conditions = report.Status["conditions"]!.AsArray();
        Assert.Equal(["Halted=True", "Completed=True"], conditions.Select(c => $"{c!["type"]}={c["status"]}"));
        Assert.Equal("Failed", (string?)report.Status["phase"]);
        Assert.All(conditions, c => Assert.Equal(Reasons.Unsupported, (string?)c!["reason"]));
        Assert.Equal(Reasons.Unsupported, report.Warning?.Reason);
    }

    [Fact]
    public void What_is_written_already_is_not_written_again()
    {
        var written = Release with
        {
            Status = System.Text.Json.JsonSerializer.Deserialize(
                new System.Text.Json.Nodes.JsonObject { ["status"] = AgentReleaseController.Decide(Release, Now)!.Status.DeepClone() }, AgentRelease.TypeInfo)!.Status,
        };

        Assert.Null(AgentReleaseController.Decide(written, Now.AddHours(1)));
        Assert.NotNull(AgentReleaseController.Decide(written with { Metadata = written.Metadata with { Generation = 3 } }, Now));
    }
}
