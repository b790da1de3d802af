using Foreman.Testing.Faults;

namespace Foreman.Testing.Tests.Faults;

public sealed class FaultScriptTests
{
    private static readonly ApiCall Call = new("list", "/api/v1/pods", "");

    [Fact]
    public void Faults_that_fit_together_add_up()
    {
        var script = new FaultScript();
        script.Add(new RuleSource(new(CallMatch.Any, new Fault.Delay(TimeSpan.Zero))));
        script.Add(new RuleSource(new(CallMatch.Any, new Fault.Cut(1))));

        Assert.Equal([new Fault.Delay(TimeSpan.Zero), new Fault.Cut(1)], script.For(Call));
    }

    [Fact]
    public void After_a_fault_that_keeps_a_call_from_the_server_other_rules_count_it_but_do_nothing()
    {
        var script = new FaultScript();
        script.Add(new RuleSource(new(CallMatch.Any, new Fault.Answer(500)) { Times = 1 }));
        var second = script.Add(new RuleSource(new(CallMatch.Any, new Fault.Answer(503)) { Skip = 1, Times = 1 }));
        var both = script.Add(new RuleSource(new(CallMatch.Any, new Fault.Reset()) { Times = 1 }));

        Assert.Equal([new Fault.Answer(500)], script.For(Call));
        Assert.Equal([new Fault.Answer(503)], script.For(Call));
        Assert.Empty(script.For(Call));
        Assert.Equal((1, 0), (second.Hits, both.Hits));
    }

    [Fact]
    public void A_rule_that_is_taken_back_works_no_more()
    {
        var script = new FaultScript();
        script.Add(new RuleSource(new(CallMatch.Any, new Fault.Reset()))).Dispose();

        Assert.Empty(script.For(Call));
    }
}
