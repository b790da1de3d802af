using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Liveness;

public class DisruptionTests
{
    private static readonly FleetNode[] TwoSites = [.. At("attic", "a1", "a2", "a3"), .. At("cellar", "c1", "c2")];

    [Fact]
    public void Tasks_of_a_site_that_falls_silent_stay_for_a_while_and_then_go_to_others()
    {
        var fleet = new Fleet(TwoSites, Given.Task("t").Assigned("a1").Claimed(), Given.Task("u").Assigned("c1").Claimed());

        fleet.Pass(339, "c1", "c2");
        Assert.Empty(fleet.TakenBack);
        Assert.False(fleet.Plan.State.Disrupted);
        Assert.Equal(["attic"], fleet.Plan.State.SilentSites.Keys);

        // The site was found silent after 40 s.
        fleet.Pass(1, "c1", "c2");
        Assert.Equal(["t"], fleet.TakenBack);
        Assert.Empty(fleet.Plan.State.SilentSites);
        Assert.Equal((NodeLiveness.Dead, NodeLiveness.Dead, NodeLiveness.Live), (fleet.LivenessOf("a1"), fleet.LivenessOf("a3"), fleet.LivenessOf("c1")));
    }

    [Fact]
    public void Most_of_a_site_is_the_site_and_the_host_that_lives_there_goes_on()
    {
        var fleet = new Fleet(TwoSites, Given.Task("t").Assigned("a1").Claimed());
        fleet.Pass(200, "a3", "c1", "c2");
        Assert.Empty(fleet.TakenBack);

        fleet.Add(Given.Task("new").With(s => s with { RequiredCapability = new() { NodeSelector = new Dictionary<string, string> { [Labels.Zone] = "attic" } } }));
        fleet.Pass(1, "a3", "c1", "c2");

        Assert.Equal("a3", fleet.Plan.Write("new").After.Status.AssignedNode);
    }

    [Fact]
    public void One_dead_host_of_a_site_is_replaced_within_a_minute_while_another_site_is_silent_as_a_whole()
    {
        var fleet = new Fleet(TwoSites, Given.Task("t").Assigned("c1").Claimed(), Given.Task("u").Assigned("a1").Claimed());

        fleet.Pass(54, "c2");
        Assert.Empty(fleet.TakenBack);
        fleet.Pass(1, "c2");

        Assert.Equal(["t"], fleet.TakenBack);
    }

    [Fact]
    public void When_a_site_is_back_its_timers_start_anew()
    {
        var fleet = new Fleet(TwoSites, Given.Task("t").Assigned("a1").Claimed());
        fleet.Pass(200, "c1", "c2");

        fleet.Pass(1, "a2", "a3", "c1", "c2");
        Assert.Empty(fleet.Plan.State.SilentSites);
        Assert.Equal(fleet.Cluster.Uptime, fleet.Plan.State.Leases["a1"].LiveSince);
        fleet.Pass(54, "a2", "a3", "c1", "c2");
        Assert.Empty(fleet.TakenBack);

        fleet.Pass(1, "a2", "a3", "c1", "c2");
        Assert.Equal(["t"], fleet.TakenBack);
    }

    [Fact]
    public void When_no_site_goes_on_nothing_is_taken_back_however_long_it_lasts()
    {
        var fleet = new Fleet(TwoSites, Given.Task("t").Assigned("a1").Claimed());

        fleet.Pass(1000);

        Assert.Empty(fleet.TakenBack);
        Assert.True(fleet.Plan.State.Disrupted);
        Assert.Empty(fleet.Plan.State.SilentSites);
    }

    [Fact]
    public void A_site_that_is_still_silent_when_another_is_back_is_held_from_then_on()
    {
        var fleet = new Fleet(TwoSites, Given.Task("t").Assigned("a1").Claimed(), Given.Task("u").Assigned("c1").Claimed());
        fleet.Pass(500);

        fleet.Pass(1, "c1", "c2");
        Assert.Equal((false, NodeLiveness.Unknown), (fleet.Plan.State.Disrupted, fleet.LivenessOf("a1")));
        fleet.Pass(299, "c1", "c2");
        Assert.Empty(fleet.TakenBack);

        fleet.Pass(1, "c1", "c2");
        Assert.Equal(["t"], fleet.TakenBack);
    }

    [Fact]
    public void A_host_alone_at_its_site_is_judged_alone_unless_most_of_the_fleet_is_silent()
    {
        var alone = new Fleet([.. At("shed", "s"), .. At("cellar", "c1", "c2")], Given.Task("t").Assigned("s").Claimed());
        alone.Pass(55, "c1", "c2");
        Assert.Equal(["t"], alone.TakenBack);

        var most = new Fleet([.. At("shed", "s"), .. At("hut", "h"), .. At("cellar", "c")], Given.Task("t").Assigned("s").Claimed());
        most.Pass(300, "c");
        Assert.Empty(most.TakenBack);
        most.Pass(40, "c");
        Assert.Equal(["t"], most.TakenBack);
    }

    [Fact]
    public void The_loop_is_woken_when_a_silent_site_is_held_no_longer()
    {
        var fleet = new Fleet(TwoSites);
        fleet.Pass(100, "c1", "c2");

        var due = fleet.Plan.State.SilentSites["attic"] + LivenessRules.LongestSiteSilence;
        var late = fleet.Cluster.Then(fleet.Plan) with { Uptime = due - TimeSpan.FromSeconds(5) };

        Assert.Equal(due, Given.Decide(late.Renewed("c1", "c2")).RequeueAt);
    }

    [Theory]
    [InlineData("hut", "attic", "hut")]
    [InlineData(null, "attic", "attic")]
    [InlineData(null, null, "")]
    public void Our_label_goes_before_that_of_Kubernetes(string? site, string? zone, string expected)
    {
        var labels = new Dictionary<string, string>();
        if (site is not null)
        {
            labels[Labels.Site] = site;
        }

        if (zone is not null)
        {
            labels[Labels.Zone] = zone;
        }

        Assert.Equal(expected, Disruption.SiteOf(Given.Node("a") with { Metadata = new() { Name = "a", Labels = labels } }));
    }

    [Fact]
    public void A_host_alone_at_its_site_is_held_on_when_only_others_are_heard_of_again()
    {
        var fleet = new Fleet([.. At("shed", "s"), .. At("hut", "h"), .. At("cellar", "c")], Given.Task("t").Assigned("s").Claimed());
        fleet.Pass(100, "c");

        fleet.Pass(200, "c", "h");

        Assert.Empty(fleet.TakenBack);
        Assert.Equal(["shed"], fleet.Plan.State.SilentSites.Keys);
    }

    // Hosts renew every 5 s until they fall silent for good, some of them together.
    [Fact]
    public void However_hosts_fall_silent_each_is_judged_by_its_site()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            FleetNode[] nodes = [.. Enumerable.Range(0, random.Next(1, 9)).SelectMany(i => At($"s{random.Next(3)}", $"n{i}"))];
            var moments = Enumerable.Range(0, 3).Select(_ => random.Next(10, 400)).ToArray();
            var last = nodes.ToDictionary(n => n.Name(), _ => random.Next(3) == 0 ? int.MaxValue : moments[random.Next(3)], StringComparer.Ordinal);
            var fleet = new Fleet(nodes);
            for (var second = 5; second <= 800; second += 5)
            {
                fleet.Move(5, [.. last.Where(l => second <= l.Value).Select(l => l.Key)]);
                foreach (var site in nodes.GroupBy(Disruption.SiteOf, StringComparer.Ordinal))
                {
                    var isLiving = site.Count(n => last[n.Name()] > second) * 2 >= site.Count();
                    var goesOn = nodes.GroupBy(Disruption.SiteOf, StringComparer.Ordinal).Any(s => s.Count(n => last[n.Name()] == int.MaxValue) * 2 > s.Count());
                    foreach (var host in site.Select(n => n.Name()))
                    {
                        Assert.True(IsRight(fleet.LivenessOf(host), (last[host], second), isLiving, goesOn), $"seed {seed}, second {second}: {host} is {fleet.LivenessOf(host)}");
                    }
                }
            }
        }
    }

    // The rule of before there were sites, counted by hand.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fleet_without_labels_and_one_at_a_single_site_are_judged_as_a_whole(bool isLabelled)
    {
        var (disruptions, deaths) = (0, 0);
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            string[] names = [.. Enumerable.Range(0, random.Next(1, 8)).Select(i => $"n{i}")];
            var fleet = new Fleet(isLabelled ? At("attic", names) : [.. names.Select(n => Given.Node(n))]);
            var known = names.ToDictionary(n => n, _ => (ChangedAt: fleet.Cluster.Uptime, Dead: false), StringComparer.Ordinal);
            var (disrupted, undisturbed, silent) = (false, fleet.Plan.State.UndisturbedSince, new HashSet<string>(StringComparer.Ordinal));
            for (var step = 0; step < 120; step++)
            {
                silent = random.Next(12) > 0 ? silent : [.. names.Where(_ => random.Next(2) == 0)];
                string[] renewing = [.. names.Where(n => !silent.Contains(n))];
                fleet.Move(5, renewing);
                var now = fleet.Cluster.Uptime;
                foreach (var name in renewing)
                {
                    known[name] = (now, false);
                }

                string[] watched = [.. names.Where(n => !known[n].Dead)];
                var quiet = watched.Count(n => (now - known[n].ChangedAt).TotalSeconds >= 40);
                var (before, isOver) = (disrupted, quiet < 2 || quiet * 2 <= watched.Length);
                disrupted = !isOver;
                undisturbed = before && isOver ? now : undisturbed;
                foreach (var name in watched.Where(_ => isOver))
                {
                    known[name] = before ? (now, false) : (known[name].ChangedAt, (now - known[name].ChangedAt).TotalSeconds >= 55);
                }

                disruptions += disrupted && !before ? 1 : 0;
                deaths += watched.Count(n => known[n].Dead);
                var state = fleet.Plan.State;
                Assert.Equal((disrupted, undisturbed, 0), (state.Disrupted, state.UndisturbedSince, state.SilentSites.Count));
                Assert.Equal(known.OrderBy(k => k.Key).Select(k => (k.Key, k.Value.ChangedAt, k.Value.Dead)), state.Leases.OrderBy(l => l.Key).Select(l => (l.Key, l.Value.ChangedAt, l.Value.Dead)));
            }
        }

        Assert.True(disruptions > 10 && deaths > 10, $"{disruptions} disruptions, {deaths} deaths");
    }

    private static bool IsRight(NodeLiveness liveness, (int Last, int Now) times, bool isLiving, bool goesOn)
    {
        if (times.Last > times.Now)
        {
            return liveness == NodeLiveness.Live;
        }

        // One dead host of a living site is found dead within a minute; none is held for ever while a site goes on.
        var silence = times.Now - (times.Last / 5 * 5);
        var mustBeDead = (isLiving && silence >= 60) || (goesOn && silence >= 380);
        return liveness == NodeLiveness.Dead ? silence >= 55 : !mustBeDead;
    }

    private static FleetNode[] At(string site, params string[] names) =>
        [.. names.Select(n => Given.Node(n)).Select(n => n with { Metadata = n.Metadata with { Labels = new Dictionary<string, string> { [Labels.Zone] = site } } })];

    /// <summary>A fleet whose hosts renew or not.</summary>
    private sealed class Fleet
    {
        private readonly List<string> _takenBack = [];

        public Fleet(FleetNode[] nodes, params AgenticTask[] tasks)
        {
            Cluster = Given.Cluster(nodes, tasks);
            Plan = Given.Decide(Cluster);
        }

        public ClusterSnapshot Cluster { get; private set; }

        public Plan Plan { get; private set; }

        /// <summary>The tasks that were taken back so far.</summary>
        public IReadOnlyList<string> TakenBack => _takenBack;

        public NodeLiveness LivenessOf(string host) => LivenessRules.StateOf(Plan.State.Leases.GetValueOrDefault(host), Cluster.Uptime, Plan.State.Disrupted);

        public void Add(AgenticTask task) => Cluster = Cluster with { Tasks = [.. Cluster.Tasks, task] };

        /// <summary>Lets time pass, with a decision each second.</summary>
        public void Pass(int seconds, params string[] renewing)
        {
            for (var i = 0; i < seconds; i++)
            {
                Move(1, renewing);
            }
        }

        /// <summary>Lets time pass, with one decision at its end.</summary>
        public void Move(int seconds, string[] renewing)
        {
            Cluster = Cluster.Then(Plan, seconds).Renewed(renewing);
            var plan = Given.Decide(Cluster);
            Plan = plan;
            _takenBack.AddRange(plan.Tasks.OfType<TakeBackTask>().Select(d => d.Task.Name()));
        }
    }
}
