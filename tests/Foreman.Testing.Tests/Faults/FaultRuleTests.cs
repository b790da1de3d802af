using Foreman.Testing.Faults;

namespace Foreman.Testing.Tests.Faults;

public sealed class FaultRuleTests
{
    private static readonly FaultRule Rule = new(CallMatch.Any, new Fault.Reset());

    [Fact]
    public void A_rule_without_limits_hits_every_call() => Assert.Equal([1, 2, 3, 4, 5, 6], Hit(Rule));

    [Fact]
    public void A_rule_lets_the_first_calls_pass_and_hits_so_many_then() => Assert.Equal([3, 4], Hit(Rule with { Skip = 2, Times = 2 }));

    [Fact]
    public void A_rule_can_hit_every_other_call() => Assert.Equal([2, 4], Hit(Rule with { Skip = 1, Between = 1, Times = 2 }));

    private static IEnumerable<int> Hit(FaultRule rule) => Enumerable.Range(1, 6).Where(rule.Hits);
}
