using Foreman.Agent.Identity;

namespace Foreman.Agent.Tests.Identity;

public sealed class RenewalDecisionTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(nameof(TokenAnswer.Given), null, nameof(IdentityState.Renewed))]
    [InlineData(nameof(TokenAnswer.Refused), nameof(TokenAnswer.Given), nameof(IdentityState.Renewed))]
    [InlineData(nameof(TokenAnswer.Denied), nameof(TokenAnswer.Given), nameof(IdentityState.Renewed))]
    [InlineData(nameof(TokenAnswer.Failed), null, nameof(IdentityState.Waiting))]
    [InlineData(nameof(TokenAnswer.Refused), nameof(TokenAnswer.Failed), nameof(IdentityState.Waiting))]
    [InlineData(nameof(TokenAnswer.Denied), null, nameof(IdentityState.NotGranted))]
    [InlineData(nameof(TokenAnswer.Denied), nameof(TokenAnswer.Refused), nameof(IdentityState.NotGranted))]
    [InlineData(nameof(TokenAnswer.Refused), null, nameof(IdentityState.EnrollAgain))]
    [InlineData(nameof(TokenAnswer.Refused), nameof(TokenAnswer.Refused), nameof(IdentityState.EnrollAgain))]
    [InlineData(nameof(TokenAnswer.Refused), nameof(TokenAnswer.Denied), nameof(IdentityState.EnrollAgain))]
    public void What_came_of_asking_says_how_it_stands(string own, string? renewal, string expected) =>
        Assert.Equal(expected, RenewalDecision.Judge(Answer(own), renewal is null ? null : Answer(renewal), TimeSpan.Zero, busy: false).ToString());

    [Fact]
    public void An_identity_is_gone_when_all_of_it_was_refused_for_long_and_nothing_runs()
    {
        var longEnough = RenewalDecision.GoneAfter;

        Assert.Equal(IdentityState.Gone, RenewalDecision.Judge(TokenAnswer.Refused, null, longEnough, busy: false));
        Assert.Equal(IdentityState.Gone, RenewalDecision.Judge(TokenAnswer.Refused, TokenAnswer.Refused, longEnough, busy: false));
        Assert.Equal(IdentityState.EnrollAgain, RenewalDecision.Judge(TokenAnswer.Refused, null, longEnough - TimeSpan.FromSeconds(1), busy: false));
        Assert.Equal(IdentityState.EnrollAgain, RenewalDecision.Judge(TokenAnswer.Refused, null, longEnough, busy: true));
        Assert.Equal(IdentityState.EnrollAgain, RenewalDecision.Judge(TokenAnswer.Refused, TokenAnswer.Denied, longEnough, busy: false));
        Assert.Equal(IdentityState.Waiting, RenewalDecision.Judge(TokenAnswer.Failed, null, longEnough, busy: false));
    }

    [Theory]
    [InlineData(0.0, 48)]
    [InlineData(0.5, 45)]
    [InlineData(1.0, 42)]
    public void A_token_is_renewed_before_four_fifths_of_its_life_are_over(double jitter, int minutes) =>
        Assert.Equal(minutes, RenewalDecision.Wait(IdentityState.Renewed, Hour, 0, jitter).TotalMinutes, 3);

    [Fact]
    public void Failures_are_tried_again_within_a_minute_or_so_and_refusals_every_half_minute()
    {
        Assert.InRange(RenewalDecision.Wait(IdentityState.Waiting, Hour, 1, 0.5).TotalSeconds, 0.8, 1.2);
        Assert.InRange(RenewalDecision.Wait(IdentityState.Waiting, Hour, 50, 1.0).TotalSeconds, 48, 73);
        Assert.InRange(RenewalDecision.Wait(IdentityState.EnrollAgain, Hour, 9, 0.5).TotalSeconds, 30, 45);
        Assert.InRange(RenewalDecision.Wait(IdentityState.NotGranted, Hour, 1, 0.5).TotalSeconds, 5, 10);
        Assert.InRange(RenewalDecision.Wait(IdentityState.NotGranted, Hour, 2, 0.5).TotalMinutes, 10, 15);
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(1440, 1440)]
    [InlineData(5, 10)]
    [InlineData(365 * 1440, 60)]
    public void The_life_of_a_token_is_kept_within_what_hosts_may_have(int before, int after) =>
        Assert.Equal(TimeSpan.FromMinutes(after), RenewalDecision.Life(TimeSpan.FromMinutes(before)));

    [Theory]
    [InlineData(365 * 24, false, true)]
    [InlineData(365 * 24, true, false)]
    [InlineData(24, false, false)]
    public void A_long_token_is_kept_while_nothing_else_outlives_a_time_without_the_cluster(int hours, bool hasRenewal, bool kept) =>
        Assert.Equal(kept, RenewalDecision.Keeps(TimeSpan.FromHours(hours), hasRenewal));

    [Fact]
    public void The_token_for_a_time_without_the_cluster_is_renewed_each_day_and_earlier_where_its_life_is_short()
    {
        var month = TimeSpan.FromDays(30);

        Assert.True(RenewalDecision.RenewsAlong(month, null));
        Assert.False(RenewalDecision.RenewsAlong(month, TimeSpan.FromHours(23)));
        Assert.True(RenewalDecision.RenewsAlong(month, TimeSpan.FromDays(1)));
        Assert.True(RenewalDecision.RenewsAlong(Hour, TimeSpan.FromMinutes(43)));
        Assert.False(RenewalDecision.RenewsAlong(Hour, TimeSpan.FromMinutes(41)));
    }

    private static TokenAnswer Answer(string name) => Enum.Parse<TokenAnswer>(name);
}
