namespace Foreman.Api.Tests.Enums;

public sealed class FailureReasonTests
{
    [Theory]
    [InlineData("Evicted", true)]
    [InlineData("Preempted", true)]
    [InlineData("NodeLost", true)]
    [InlineData("ContainerExit", false)]
    [InlineData("ImagePull", false)]
    [InlineData("Timeout", false)]
    public void J25_What_disrupts_a_pod_is_retried_without_being_named(string reason, bool isRetried) =>
        Assert.Equal(isRetried, ((RetryPolicy?)null).Retries(new(reason)));

    [Fact]
    public void O35_No_reason_is_listed_twice() => Assert.Equal(FailureReason.Known.Count, FailureReason.Known.Distinct().Count());

    [Fact]
    public void The_rules_on_policies_name_every_reason_there_is()
    {
        Assert.Equal(FailureReason.Known.Select(r => $"'{r}'"), FailureReasons.InRules.Split(", "));
        Assert.Equal($"{FailureReasons.InRules}, 'NoGo', 'Incomplete'", FailureReasons.OfStepsInRules);
    }
}
