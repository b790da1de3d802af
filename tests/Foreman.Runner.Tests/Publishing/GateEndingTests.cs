using Foreman.Api;
using Foreman.Runner.Gates;
using Foreman.Runner.Publishing;
using Foreman.Runner.Tests.Gates;

namespace Foreman.Runner.Tests.Publishing;

public sealed class GateEndingTests
{
    private static readonly GatePlan Plan = GatePlanner.Plan(Given.Tree(("go.mod", "")), null);

    [Theory]
    [InlineData("GATE-PASS", "Succeeded", null)]
    [InlineData("GATE-FAIL", "Succeeded", "GateFailed")]
    [InlineData("GATE-ERROR", "Failed", "GateError")]
    public void A_gate_that_ran_succeeds_and_one_that_could_not_fails(string verdict, string phase, string? reason)
    {
        var report = GateEnding.Of(new GateReport(Plan, [new GateCheckResult { Check = "test", Outcome = new Verdict(verdict) }]), "b", "sha", TimeSpan.FromSeconds(1.5));

        Assert.Equal((verdict, phase, reason), (report.Envelope.Verdict.Value, report.Phase.Value, report.Envelope.FailureReason?.Value));
        Assert.Equal(("gate", "b", "go", 2L), (report.Envelope.Kind, (string?)report.Envelope.Extra!["branch"], (string?)report.Envelope.Extra["language"], report.Usage.Seconds));
    }

    [Fact]
    public void What_the_base_fails_too_is_told_to_the_reviewer()
    {
        var gate = new GateReport(Plan, [new GateCheckResult { Check = "format", Outcome = Verdict.GateFail, Advisory = true, Excerpt = new string('x', 5000) }]);

        var told = Assert.Single(GateEnding.Advisories(gate))!;

        Assert.Equal("format", (string?)told["check"]);
        Assert.InRange(((string)told["detail"]!).Length, 400, 501);
    }
}
