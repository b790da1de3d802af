namespace Foreman.Kubernetes.Tests;

/// <summary>The rules at single points; whole histories are in the simulation.</summary>
public sealed class ElectorStateMachineTests
{
    private static readonly ElectorParameters Terms = new(new("a", TimeSpan.FromSeconds(15), static _ => false), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));

    private int _version;

    [Fact]
    public void Leading_lasts_from_the_moment_at_which_the_write_was_sent()
    {
        var leading = Leading(sent: 1, answered: 4).State;

        Assert.True(ElectorStateMachine.Leads(leading, At(10.9)));
        Assert.False(ElectorStateMachine.Leads(leading, At(11)));
    }

    [Fact]
    public void A_renewal_response_after_the_deadline_is_ignored()
    {
        var renewing = Step(Leading(sent: 0, answered: 0).State, Wake(3)).State;

        var step = Step(renewing, Answer(renewing, 10, Held("a")));

        Assert.Equal(ElectorPhase.Done, step.State.Phase);
        Assert.Contains(step.Actions, a => a is ElectorAction.StopLeading);
        Assert.False(ElectorStateMachine.Leads(step.State, At(10)));
    }

    [Fact]
    public void An_answer_to_a_call_that_was_given_up_changes_nothing()
    {
        var renewing = Step(Leading(sent: 0, answered: 0).State, Wake(3)).State;
        var givenUp = Step(renewing, Wake(8)).State;

        var late = Answer(renewing, 8.5, Held("a"));

        Assert.Null(givenUp.Pending);
        Assert.Same(givenUp, Step(givenUp, late).State);
    }

    [Fact]
    public void A_renewal_in_time_lets_it_lead_on_in_the_same_term()
    {
        var first = Leading(sent: 0, answered: 0).State;
        var renewing = Step(first, Wake(3)).State;

        var renewed = Step(renewing, Answer(renewing, 9.9, Held("a"))).State;

        Assert.True(ElectorStateMachine.Leads(renewed, At(12.9)));
        Assert.Equal(first.Term, renewed.Term);
    }

    [Fact]
    public void A_lease_acquired_too_late_does_not_start_a_leadership()
    {
        var taking = Taking(sent: 0);

        var step = Step(taking, Answer(taking, 10, Held("a")));

        Assert.Equal(ElectorPhase.Contending, step.State.Phase);
        Assert.DoesNotContain(step.Actions, a => a is ElectorAction.StartLeading);
    }

    [Theory]
    [InlineData("b", 0, "b has taken it")]
    [InlineData(null, 0, "somebody has cleared it")]
    [InlineData("a", 2, "it has changed hands meanwhile")]
    public void A_leader_whose_lease_has_another_holder_stops_at_once(string? holder, int transitions, string why)
    {
        var renewing = Step(Leading(sent: 0, answered: 0).State, Wake(3)).State;
        var reading = Step(renewing, Answer(renewing, 3.1, new LeaseResponse.Conflict())).State;

        var step = Step(reading, Answer(reading, 3.2, Held(holder, transitions)));

        Assert.Equal(new ElectorAction.StopLeading(why), step.Actions[0]);
        Assert.Equal(ElectorPhase.Done, step.State.Phase);
    }

    [Fact]
    public void A_leader_whose_lease_was_deleted_stops_and_does_not_make_it_again()
    {
        var renewing = Step(Leading(sent: 0, answered: 0).State, Wake(3)).State;
        var reading = Step(renewing, Answer(renewing, 3.1, new LeaseResponse.Missing())).State;

        var step = Step(reading, Answer(reading, 3.2, new LeaseResponse.Missing()));

        Assert.Equal([new ElectorAction.StopLeading("somebody has deleted it")], step.Actions);
    }

    [Fact]
    public void A_call_that_hangs_leaves_time_for_another()
    {
        var renewing = Step(Leading(sent: 0, answered: 0).State, Wake(3)).State;
        var waiting = Step(renewing, Wake(8)).State;

        var again = Step(waiting, new ElectorInput.Wake(ClockReading(9.9), 0));

        Assert.IsNotType<LeaseCall.Read>(renewing.Pending!.Call);
        Assert.True(waiting.WakeAt <= At(10));
        Assert.Equal(ElectorPhase.Leading, again.State.Phase);
    }

    [Fact]
    public void Stopping_closes_the_fence_before_the_lease_is_released()
    {
        var step = Step(Leading(sent: 0, answered: 0).State, new ElectorInput.Stop(ClockReading(1), Release: true));

        Assert.False(ElectorStateMachine.Leads(step.State, At(1)));
        Assert.Collection(
            step.Actions,
            a => Assert.IsType<ElectorAction.StopLeading>(a),
            a => Assert.IsType<LeaseCall.Read>(Assert.IsType<ElectorAction.Send>(a).Call));
    }

    [Fact]
    public void A_lease_under_which_a_write_may_still_land_is_left_to_expire()
    {
        var step = Step(Leading(sent: 0, answered: 0).State, new ElectorInput.Stop(ClockReading(1), Release: false));

        Assert.Equal(ElectorPhase.Done, step.State.Phase);
        Assert.DoesNotContain(step.Actions, a => a is ElectorAction.Send);
    }

    [Fact]
    public void Only_an_own_lease_is_released()
    {
        var releasing = Step(Leading(sent: 0, answered: 0).State, new ElectorInput.Stop(ClockReading(1), Release: true)).State;

        Assert.IsType<LeaseCall.Release>(Step(releasing, Answer(releasing, 1.1, Held("a"))).State.Pending!.Call);
        Assert.Equal(ElectorPhase.Done, Step(releasing, Answer(releasing, 1.1, Held("b"))).State.Phase);
    }

    [Fact]
    public void Stopping_while_an_acquisition_may_have_succeeded_releases_the_lease()
    {
        var step = Step(Taking(sent: 0), new ElectorInput.Stop(ClockReading(1), Release: true));

        Assert.Equal(ElectorPhase.Releasing, step.State.Phase);
        Assert.DoesNotContain(step.Actions, a => a is ElectorAction.StopLeading);
    }

    [Fact]
    public void A_release_that_gets_no_answer_is_given_up()
    {
        var releasing = Step(Leading(sent: 0, answered: 0).State, new ElectorInput.Stop(ClockReading(1), Release: true)).State;

        Assert.Equal(At(6), releasing.WakeAt);
        Assert.Equal(ElectorPhase.Done, Step(releasing, Wake(6)).State.Phase);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static ClockReading ClockReading(double seconds) => new(At(seconds), DateTimeOffset.UnixEpoch);

    private static ElectorInput.Wake Wake(double seconds) => new(ClockReading(seconds), 0);

    private static ElectorInput.Answered Answer(ElectorState state, double seconds, LeaseResponse answer) =>
        new(ClockReading(seconds), state.Pending!.Id, answer, 0);

    private static ElectorStep Step(ElectorState state, ElectorInput input) => ElectorStateMachine.Step(state, input, Terms);

    private static ElectorState Taking(double sent)
    {
        var reading = Step(ElectorStateMachine.Begin(ElectorState.Idle, At(sent)), Wake(sent)).State;
        return Step(reading, Answer(reading, sent, new LeaseResponse.Missing())).State;
    }

    private ElectorStep Leading(double sent, double answered)
    {
        var taking = Taking(sent);
        return Step(taking, Answer(taking, answered, Held("a")));
    }

    private LeaseResponse.Found Held(string? holder, int transitions = 0) => new(new V1Lease
    {
        Metadata = new() { Name = "leader", ResourceVersion = $"{++_version}" },
        Spec = new() { HolderIdentity = holder, LeaseDurationSeconds = 15, LeaseTransitions = transitions },
    });
}
