using Foreman.Operator.Inspect;
using Foreman.Scheduling;

namespace Foreman.Operator.Tests.Inspect;

public class ForecastTextTests
{
    [Fact]
    public void A_rough_estimate_says_that_it_is_one()
    {
        var estimate = new StartEstimate(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(3), 120) { IsApproximate = true };
        (StartEstimate? Estimate, string? Unknown) start = (estimate, null);

        Assert.Equal("  Starts in about 10 min, in 8 of 10 cases in 2 min to 3 h (by 120 ended runs, roughly, as there is too much to play it).", Assert.Single(ForecastText.Lines(start)).Text);
        Assert.Equal("""{"earlySeconds":120,"likelySeconds":600,"lateSeconds":10800,"runs":120,"approximate":true}""", ForecastText.Json(start)!.ToJsonString());
    }
}
