using Foreman.Api;
using Foreman.Runner.Gates;

namespace Foreman.Runner.Tests.Gates;

public sealed class GateRoundsTests
{
    private static readonly GatePlan Plan = GatePlanner.Plan(Given.Tree(("go.mod", "")), null);

    [Theory]
    [InlineData("GATE-FAIL", true)]
    [InlineData("GATE-PASS", false)]
    [InlineData("GATE-ERROR", false)]
    public async Task Only_a_check_that_fails_goes_back_to_the_model(string outcome, bool isRefused)
    {
        var report = new GateReport(Plan, [new GateCheckResult { Check = "test", Outcome = new Verdict(outcome) }]);
        var rounds = new GateRounds(_ => Task.FromResult(report));

        var told = await rounds.CheckAsync(2, CancellationToken.None);

        Assert.Equal(isRefused, told is not null);
        Assert.Same(report, rounds.Last);
    }
}
