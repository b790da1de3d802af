namespace Foreman.Api.Tests.Enums;

public sealed class FailureReasonTests
{
    [Fact]
    public void The_rules_on_policies_name_every_reason_there_is()
    {
        Assert.Equal(FailureReason.Known.Select(r => $"'{r}'"), FailureReasons.InRules.Split(", "));
        Assert.Equal($"{FailureReasons.InRules}, 'NoGo', 'Incomplete'", FailureReasons.OfStepsInRules);
    }
}
