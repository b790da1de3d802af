using Foreman.Api;
using Foreman.Operator.Controllers;

namespace Foreman.Operator.Tests.Controllers;

public class ModelProfileControllerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Fact]
    public void A_profile_is_accepted_once()
    {
        var profile = new ModelProfile { Metadata = new() { Name = "p", Uid = "3", Generation = 4 } };
        var report = ModelProfileController.Decide(profile, Now)!;
        var condition = report.Status["conditions"]![0]!;

        Assert.Equal(("Accepted", "True", 4), ((string?)condition["type"], (string?)condition["status"], (long?)condition["observedGeneration"]));
        Assert.Null(report.Warning);
        var status = System.Text.Json.JsonSerializer.Deserialize(report.Status, ApiJson.Default.ModelProfileStatus)!;
        Assert.Null(ModelProfileController.Decide(profile with { Status = status }, Now.AddHours(1)));
    }
}
