using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Rescue;

[Trait("Kind", "1")]
public class RunLimitsTests
{
    private static readonly AgenticTask Running = Given.Task("t").Assigned("a").Claimed();

    [Theory]
    [InlineData(null, null, 4200)]
    [InlineData(0, null, 4200)]
    [InlineData(null, 100, 700)]
    [InlineData(300, 100, 300)]
    public void A_run_that_its_holder_does_not_end_in_time_is_taken_back_and_fails(int? timeout, int? request, int seconds)
    {
        var world = new World(
            Running.With(s => s with { TimeoutSeconds = timeout, AgentRef = new() { Name = "coder" } }),
            Given.Agent("coder", s => s with { RequestTimeoutSeconds = request, RequestTurnTimeoutSeconds = 9000 }));

        world.Pass(seconds + 89);
        Assert.True(world.Task.IsRunning());
        world.Pass(2);

        var status = world.Task.Status;
        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.Timeout), (status.Phase, status.Verdict, status.FailureReason));
        Assert.Equal((AttemptOutcome.Failed, "Timeout"), (status.Attempts[0].Outcome, status.Attempts[0].Reason));
        var completed = status.Conditions.Find(ConditionTypes.Completed)!;
        Assert.Equal(("True", "Timeout"), (completed.Status, completed.Reason));
        Assert.Contains($"on a ended with Timeout: it ran for more than {seconds} s", completed.Message, StringComparison.Ordinal);
        Assert.False(status.Conditions.IsTrue(ConditionTypes.Running));
    }

    [Fact]
    public void A_timeout_that_the_policy_retries_is_tried_again_within_its_limit()
    {
        var world = new World(Running.With(s => s with { TimeoutSeconds = 10, RetryPolicy = new() { Limit = 1, Reasons = [FailureReason.Timeout] } }));

        world.Pass(102);

        Assert.True(world.Task.IsScheduled());
        Assert.Equal(2, world.Task.Status.Attempt);
    }

    [Fact]
    public void A_cancelled_run_whose_holder_does_not_obey_ends_as_cancelled()
    {
        var world = new World(Running);
        world.Pass(30);
        world.Change(t => t.With(s => s with { Cancel = true }));

        world.Pass(89);
        Assert.True(world.Task.IsRunning());
        world.Pass(3);

        Assert.Equal((TaskPhase.Failed, FailureReason.Cancelled), (world.Task.Status.Phase, world.Task.Status.FailureReason));
        Assert.Contains("its holder did not end the run within 90 s", world.Task.Status.Conditions.Find(ConditionTypes.Completed)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancellation_that_is_withdrawn_in_time_takes_nothing_back()
    {
        var world = new World(Running);
        world.Change(t => t.With(s => s with { Cancel = true }));
        world.Pass(60);
        world.Change(t => t.With(s => s with { Cancel = false }));
        world.Pass(60);
        world.Change(t => t.With(s => s with { Cancel = true }));
        world.Pass(60);

        Assert.True(world.Task.IsRunning());
    }

    [Theory]
    [InlineData(50, null)]
    [InlineData(null, 50)]
    [InlineData(20, 50)]
    public void A_silent_run_of_a_live_holder_is_taken_back_and_placed_again(int? bash, int? tool)
    {
        var world = new World(
            Running.With(s => s with { AgentRef = new() { Name = "coder" } }),
            Given.Agent("coder", s => s with { RequestTurnTimeoutSeconds = 200, BashTimeoutSeconds = bash, ToolTimeoutSeconds = tool }));

        world.Pass(849);
        Assert.True(world.Task.IsRunning());
        world.Pass(2);

        var attempt = Assert.Single(world.Task.Status.Attempts);
        Assert.Equal((AttemptOutcome.Lost, Reasons.NoProgress), (attempt.Outcome, attempt.Reason));
        Assert.Equal("its holder lives, but the run made no progress for 850 s", attempt.Message);
        Assert.Equal(2, world.Task.Status.Attempt);
    }

    [Fact]
    public void Every_turn_starts_the_silence_anew()
    {
        var world = new World(Running);
        for (var turn = 1; turn <= 5; turn++)
        {
            world.Pass(700);
            world.Change(t => t with { Status = t.Status with { Progress = new() { Turn = turn } } });
        }

        Assert.True(world.Task.IsRunning());
    }

    [Fact]
    public void The_limits_hold_for_an_unknown_placement_too()
    {
        var world = new World(Given.Task("t").Assigned("a", new Placement("Elsewhere")).Claimed("pod/1").With(s => s with { TimeoutSeconds = 60 }));

        world.Pass(152);

        Assert.Equal(FailureReason.Timeout, world.Task.Status.FailureReason);
    }

    [Fact]
    public void An_assignment_of_an_unknown_placement_is_left_alone_for_the_time_of_a_run()
    {
        var world = new World(Given.Task("t").Assigned("a", new Placement("Elsewhere")).With(s => s with { TimeoutSeconds = 60 }));

        world.Pass(149);
        Assert.Empty(world.Task.Status.Attempts);
        world.Pass(2);

        Assert.Equal(AttemptOutcome.Unclaimed, world.Task.Status.Attempts[0].Outcome);
        Assert.Equal(Placement.Node, world.Task.Status.Placement);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(36000)]
    [InlineData(-36000)]
    public void A_new_operator_goes_on_with_the_time_that_has_passed_whatever_the_hosts_clock_shows(int skew)
    {
        var world = new World(Claimed(ago: 250, skew).With(s => s with { TimeoutSeconds = 300 })) { HostClock = skew };

        world.Pass(60);
        Assert.True(world.Task.IsRunning());
        world.Pass(85);

        Assert.Equal(FailureReason.Timeout, world.Task.Status.FailureReason);
    }

    [Fact]
    public void A_clock_that_was_set_since_the_claim_ends_no_run_early()
    {
        // The host claimed with a clock that stood at 1970, and has the right time now; it was assigned 20 s ago.
        var claimed = Claimed(ago: 20, skew: 0).With(s => s with { TimeoutSeconds = 300 });
        claimed = claimed with { Status = claimed.Status with { Claim = claimed.Status.Claim! with { AcquiredAt = DateTimeOffset.UnixEpoch } } };
        var world = new World(claimed);

        world.Pass(279 + 89);
        Assert.True(world.Task.IsRunning());
        world.Pass(3);

        Assert.Equal(FailureReason.Timeout, world.Task.Status.FailureReason);
    }

    [Fact]
    public void A_new_operator_gives_the_holder_of_an_overdue_run_time_to_end_it()
    {
        var world = new World(Claimed(ago: 9000, skew: 0));

        world.Pass(89);
        Assert.True(world.Task.IsRunning());
        world.Pass(3);

        Assert.True(world.Task.IsTerminal());
    }

    [Fact]
    public void A_host_that_is_suspect_keeps_its_overdue_run_until_it_is_heard_of_or_dead()
    {
        var world = new World(Running.With(s => s with { TimeoutSeconds = 60 }));
        world.Pass(115);
        world.Silent = true;
        world.Pass(41);
        Assert.True(world.Task.IsRunning());
        world.Silent = false;

        world.Pass(85);
        Assert.True(world.Task.IsRunning());
        world.Pass(10);

        Assert.True(world.Task.IsTerminal());
    }

    [Fact]
    public void Nothing_is_taken_back_while_the_api_server_is_away_and_the_limits_start_anew_then()
    {
        var world = new World(Running.With(s => s with { TimeoutSeconds = 60 })) { Unreachable = true };
        world.Pass(5000);
        Assert.True(world.Task.IsRunning());
        world.Unreachable = false;

        world.Pass(85);
        Assert.True(world.Task.IsRunning());
        world.Pass(10);

        Assert.True(world.Task.IsTerminal());
    }

    [Fact]
    public void Nothing_is_taken_back_in_a_disruption()
    {
        var world = new World(Running.With(s => s with { TimeoutSeconds = 60 }), others: 3);
        world.Pass(30);
        world.OthersSilent = true;
        world.Pass(45);
        world.Pass(1000);
        Assert.True(world.Task.IsRunning());
        world.OthersSilent = false;

        world.Pass(95);

        Assert.True(world.Task.IsTerminal());
    }

    private static AgenticTask Claimed(int ago, int skew)
    {
        var at = Given.Now.AddSeconds(-ago);
        return Running with
        {
            Status = Running.Status with
            {
                Claim = new() { Holder = "host/1", AcquiredAt = at.AddSeconds(skew) },
                Conditions = [new() { Type = ConditionTypes.Scheduled, Status = Conditions.True, Reason = Reasons.FleetNodeAssigned, LastTransitionTime = at }],
            },
        };
    }

    /// <summary>One host that renews its Lease, one task, and the scheduler; time passes in steps of ten seconds at most.</summary>
    private sealed class World
    {
        private readonly int _others;
        private ClusterSnapshot _cluster;
        private double _elapsed;
        private int _renewals;

        public World(AgenticTask task, Agent? agent = null, int others = 0)
        {
            _others = others;
            var nodes = Enumerable.Range(0, others).Select(i => Given.Node($"other{i}")).Prepend(Given.Node("a"));
            _cluster = Given.Cluster([.. nodes], task) with { Agents = agent is null ? [] : [agent] };
        }

        public AgenticTask Task => _cluster.Tasks[0];

        /// <summary>How far the host's clock is ahead, in seconds.</summary>
        public int HostClock { get; init; }

        public bool Silent { get; set; }

        public bool OthersSilent { get; set; }

        public bool Unreachable { get; set; }

        public void Change(Func<AgenticTask, AgenticTask> change) => _cluster = _cluster with { Tasks = [change(Task)] };

        public void Pass(double seconds)
        {
            for (var end = _elapsed + seconds; _elapsed < end;)
            {
                Decide();
                var step = Math.Min(10, end - _elapsed);
                _elapsed += step;
                _cluster = _cluster with { Uptime = TimeSpan.FromSeconds(_elapsed) };
            }

            Decide();
            Decide();
        }

        private void Decide()
        {
            _renewals++;
            var leases = _cluster.Leases.Select((l, i) => (i == 0 ? Silent : OthersSilent) || Unreachable
                ? l
                : Given.Lease(i == 0 ? "a" : $"other{i - 1}") is var lease
                    ? lease with { Spec = lease.Spec! with { RenewTime = Given.Now.AddSeconds(_elapsed + HostClock).AddTicks(_renewals) } }
                    : l);
            _cluster = _cluster with { Leases = [.. leases], IsApiReachable = !Unreachable };
            var plan = Scheduler.Decide(_cluster, Given.Now.AddSeconds(_elapsed));
            _cluster = _cluster.Then(plan);
            Assert.Equal(_others + 1, _cluster.Nodes.Count);
        }
    }
}
