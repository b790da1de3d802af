using Foreman.Api;

namespace Foreman.Scheduling.Tests.Placing;

/// <summary>A placement that the scheduler has never heard of, added to the registry and nowhere else.</summary>
public class PlacementRegistryTests
{
    private static readonly Placement Train = new("Train");
    private static readonly SchedulerSettings Settings = new() { Identity = "operator/1", Placements = new(new TrainPlacement(), NodePlacement.Instance) };

    private static AgenticTask Boarded => Given.Task("t").Assigned("a", Train);

    [Fact]
    public void A_placement_can_be_asked_for_by_name()
    {
        var status = Decide(Given.Task("t").With(s => s with { Placement = Train })).Write("t").After.Status;

        Assert.Equal((Train, "train://qwen"), (status.Placement!.Value, status.Model?.Url));
    }

    [Fact]
    public void Auto_means_the_first_placement_that_says_so()
    {
        Assert.Equal(Train, Decide(Given.Task("t").With(s => s with { ModelRef = "qwen" })).Write("t").After.Status.Placement);
        Assert.Equal(Placement.Node, Decide(Given.Task("t")).Write("t").After.Status.Placement);
    }

    [Theory]
    [InlineData("Train")]
    [InlineData("Auto")]
    public void What_is_in_the_way_of_a_placement_is_told(string placement)
    {
        var task = Given.Task("t").With(s => s with { ModelRef = "qwen", Placement = new(placement), RequiredCapability = new() { MinRAMGB = 60 } });

        var told = Decide(task).Write("t").Scheduled();

        Assert.Equal("TooHeavy", told.Reason);
        Assert.Contains("1 without rails", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_placement_that_is_not_registered_names_those_that_are()
    {
        var told = Decide(Given.Task("t").With(s => s with { Placement = Placement.Operator })).Write("t").Completed().Message;

        Assert.Contains("this release places tasks on a Node or on a Train; use one of them, or Auto", told, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unclaimed_assignment_is_taken_back_by_the_limit_of_its_placement()
    {
        var cluster = Cluster(Boarded);
        var first = Given.Decide(cluster);
        var waiting = cluster.Then(first, 119).Renewed("a");
        var second = Given.Decide(waiting);
        Assert.Empty(second.Tasks);
        Assert.Equal(TimeSpan.FromSeconds(120), second.RequeueAt);

        var late = Given.Decide(waiting.Then(second, 1).Renewed("a"));

        Assert.Equal("MissedTrain", Assert.IsType<TakeBackTask>(late.Write("t")).Attempt.Reason);
    }

    [Fact]
    public void A_holder_lives_by_what_its_backend_observes_and_not_by_the_hosts_lease()
    {
        var running = Cluster(Boarded.Claimed("train/7")) with { Holders = Observed(derailed: false) };
        var before = Given.Decide(running);
        var silent = running.Then(before, 600);
        var plan = Given.Decide(silent);
        Assert.Empty(plan.Tasks);
        Assert.Equal(FleetNodePhase.NotReady, plan.Nodes[0].After.Phase);

        var derailed = Given.Decide(silent.Then(plan, 1) with { Holders = Observed(derailed: true) });

        Assert.Equal((AttemptOutcome.Lost, "Derailed"), Shown(Assert.IsType<TakeBackTask>(derailed.Write("t"))));
    }

    [Fact]
    public void A_placement_is_registered_once()
    {
        Assert.Throws<ArgumentException>(() => new PlacementRegistry(NodePlacement.Instance, NodePlacement.Instance));
    }

    [Theory]
    [InlineData("Node", "a")]
    [InlineData("Operator", null)]
    [InlineData("Job", null)]
    public void Only_a_run_on_a_host_has_its_workspace_where_later_runs_there_find_it(string placement, string? host)
    {
        var where = new Placement(placement);

        Assert.Equal(host, PlacementRegistry.Default.Find(where)!.WorkspaceHost(Given.Task("t").Assigned("a", where)));
    }

    [Fact]
    public void A_run_that_tells_no_placement_has_the_last_that_Auto_means()
    {
        Assert.Equal(Placement.Node, PlacementRegistry.Default.Last);
        Assert.Null(new PlacementRegistry().Last);
    }

    private static (AttemptOutcome?, string?) Shown(TakeBackTask decision) => (decision.Attempt.Outcome, decision.Attempt.Reason);

    private static Dictionary<string, HolderObservation> Observed(bool derailed) => new() { ["uid-t"] = new TrainObservation(derailed) };

    private static ClusterSnapshot Cluster(AgenticTask task) => Given.Cluster([Given.Node("a")], task) with { Settings = Settings };

    private static Plan Decide(AgenticTask task) => Given.Decide(Cluster(task));

    private sealed record TrainObservation(bool Derailed) : HolderObservation;

    private sealed class TrainPlacement : IPlacementRules
    {
        private static readonly TimeSpan Departure = TimeSpan.FromMinutes(2);

        public Placement Placement => Train;

        public string Where => "on a Train";

        public ConstraintViolation? Check(Demand demand, NodeView node) => demand.Capability.MinRAMGB > 50
            ? new ConstraintViolation("without rails", "too heavy", "pack less") { Reason = "TooHeavy" }
            : null;

        public bool IsAutomaticFor(Demand demand, NodeView node) => demand.WantedModel == "qwen";

        public string? ModelUrl(ServedModel model, ModelServer? server) => $"train://{model.Name}";

        public HolderDecision JudgeAssignment(HolderView view) => view.Uptime - view.Since < Departure
            ? HolderDecision.KeepUntil(view.Since + Departure)
            : HolderDecision.TakeBack(new(AttemptOutcome.Unclaimed, "MissedTrain", "nobody was on the train"));

        public HolderDecision JudgeRun(HolderView view) => view.Observation is TrainObservation { Derailed: true }
            ? HolderDecision.TakeBack(new(AttemptOutcome.Lost, "Derailed", "the train derailed"))
            : HolderDecision.Keep;
    }
}
