using Foreman.Api;
using Foreman.Operator.UserDeployments;

namespace Foreman.Operator.Tests.UserDeployments;

public sealed class StatusWriterTests
{
    private static readonly UserDeployment Stored = new()
    {
        Metadata = new() { Name = "a", NamespaceProperty = "b", Uid = "u" },
        Status = new() { Phase = UserDeploymentPhase.Running, Namespace = "x", Urls = ["https://x"] },
    };

    [Fact]
    public void The_same_status_is_not_written() => Assert.Null(StatusWriter.PatchOf(Stored, Stored.Status! with { Urls = ["https://x"] }));

    [Fact]
    public void What_has_gone_is_taken_away_from_this_very_object() => Assert.Equal(
        """{"metadata":{"uid":"u"},"status":{"phase":"Failed","namespace":null,"urls":null}}""",
        StatusWriter.PatchOf(Stored, new() { Phase = UserDeploymentPhase.Failed })?.Content.ToJsonString());

    [Fact]
    public void A_first_status_is_written() => Assert.NotNull(StatusWriter.PatchOf(Stored with { Status = null }, new()));
}
