using Foreman.Api;

namespace Foreman.Scheduling.Tests.Ranking;

public class HostTermsTests
{
    private static readonly Demand Any = new() { Namespace = "default", Capability = new() };

    [Fact]
    public void Each_term_is_counted_by_its_weight()
    {
        var node = Given.Node("a", slots: 4, ram: 64, models: Given.Model(speed: 40) with { FreeSlots = 3 });
        node = WithDevices(node, new AcceleratorDevice { Name = "card", MemoryTotalMB = 24 * 1024 });
        var view = View(node, Given.Task("r").Assigned("a").Claimed());

        var score = Score(view, Any with { Capability = new() { MinRAMGB = 24, MinAcceleratorMemoryGB = 16 } });

        Assert.Equal(new HostScore(IsLoaded: true, FreeSlots: 750, IdleSlots: 150, Speed: 200, Warm: 0, Spare: 10 + 2), score);
        Assert.Equal(1088, score.Total);
    }

    [Fact]
    public void A_slot_that_was_promised_since_the_host_told_is_not_idle()
    {
        var node = Given.Node("a", slots: 8, models: Given.Model() with { FreeSlots = 2 });
        node = node with { Status = node.Status! with { LastHeartbeatTime = Given.Now } };

        Assert.Equal(100, Score(View(node), Any).IdleSlots);
        Assert.Equal(50, Score(View(node, Using(Given.Task("new").Assigned("a"), "qwen")), Any).IdleSlots);
        Assert.Equal(100, Score(View(node, Using(Given.Task("other").Assigned("a"), "llama")), Any).IdleSlots);
        Assert.Equal(0, Score(View(node, [.. Enumerable.Range(0, 5).Select(i => Using(Given.Task($"t{i}").Assigned("a"), "qwen"))]), Any).IdleSlots);
    }

    [Fact]
    public void A_figure_below_zero_is_none_at_all()
    {
        var node = Given.Node("a", slots: 8, models: Given.Model() with { FreeSlots = int.MinValue });

        Assert.Equal(0, Score(View(node, Using(Given.Task("t").Assigned("a"), "qwen")), Any).IdleSlots);
    }

    [Fact]
    public void More_than_enough_counts_for_no_more()
    {
        var node = Given.Node("a", ram: 4000, models: Given.Model(speed: 900) with { FreeSlots = 64 });
        node = WithDevices(node, [.. Enumerable.Range(0, 8).Select(_ => new AcceleratorDevice { MemoryTotalMB = long.MaxValue })]);

        var score = Score(View(node), Any);

        Assert.Equal((200L, 1000L, 128L), (score.IdleSlots, score.Speed, score.Spare));
    }

    [Fact]
    public void Memory_that_is_shared_with_the_host_or_has_failed_is_not_counted_beside_its_RAM()
    {
        var node = WithDevices(
            Given.Node("a", ram: 8),
            new AcceleratorDevice { MemoryTotalMB = 64 * 1024, Unified = true },
            new AcceleratorDevice { MemoryTotalMB = 64 * 1024, Healthy = false });

        Assert.Equal(2, Score(View(node), Any).Spare);
    }

    [Fact]
    public void A_small_demand_takes_the_smallest_host_that_is_as_good_otherwise()
    {
        var cluster = Given.Cluster(
            [Given.Node("big", ram: 256), Given.Node("small", ram: 16)], Given.Task("t", age: 9), Given.Task("large").With(s => s with { RequiredCapability = new() { MinRAMGB = 128 } }));

        var plan = Given.Decide(cluster);

        Assert.Equal(("small", "big"), (plan.Write("t").After.Status.AssignedNode, plan.Write("large").After.Status.AssignedNode));
    }

    [Fact]
    public void A_task_goes_where_its_Agent_ran_last_when_that_is_as_good_otherwise()
    {
        var done = Given.Task("done").After(new TaskAttempt { Attempt = 1, Node = "b", Model = "qwen", Outcome = AttemptOutcome.Succeeded, StartedAt = Given.Now.AddMinutes(-5), EndedAt = Given.Now }).Ended(TaskPhase.Succeeded, Verdict.Go);
        FleetNode[] nodes = [Given.Node("a", slots: 4), Given.Node("b", slots: 4)];

        Assert.Equal("a", Given.Decide(Given.Cluster(nodes, Given.Task("t"))).Write("t").After.Status.AssignedNode);
        Assert.Equal("b", Given.Decide(Given.Cluster(nodes, done, Given.Task("t"))).Write("t").After.Status.AssignedNode);
        var busy = Given.Cluster(nodes, done, Given.Task("t"), Given.Task("r").Assigned("b").Claimed());
        Assert.Equal("a", Given.Decide(busy).Write("t").After.Status.AssignedNode);
    }

    [Fact]
    public void No_task_that_is_assigned_makes_a_host_better()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var node = Given.Node("a", slots: random.Next(1, 5), models: Given.Model() with { FreeSlots = random.Next(0, 5) });
            var view = new NodeView(node, NodeLiveness.Live, null, null) { Runs = new(random.Next(2) == 0 ? [] : [Using(Given.Task("before").Assigned("a"), "qwen")]) };
            var rank = Rank(view);
            for (var i = 0; i < 6; i++)
            {
                view.Take(Using(Given.Task($"t{i}").Assigned("a"), random.Next(2) == 0 ? "qwen" : "llama"));
                var next = Rank(view);
                Assert.True(rank.CompareTo(next) <= 0, $"seed {seed}: {rank} before {next}");
                rank = next;
            }
        }
    }

    [Theory]
    [InlineData(16, 50, 25)]
    [InlineData(64, 200, 100)]
    [InlineData(900, 200, 200)]
    public void Memory_that_was_promised_since_the_host_told_is_taken_off_by_its_share(int asked, int ofRam, int ofAccelerator)
    {
        var node = WithDevices(Given.Node("a", slots: 8), new AcceleratorDevice { MemoryTotalMB = 128 * 1024 });
        var task = Given.Task("t").Assigned("a").With(s => s with { RequiredCapability = new() { MinRAMGB = asked, MinAcceleratorMemoryGB = asked } });

        Assert.Equal(0, Score(View(node), Any).Promised);
        Assert.Equal(ofRam + ofAccelerator, Score(View(node, task), Any).Promised);

        // One whose model was in memory takes no more of the accelerators'.
        Assert.Equal(ofRam, Score(View(node, Using(task, "qwen")), Any).Promised);
    }

    [Fact]
    public void What_a_run_takes_is_among_what_the_host_told_after_its_claim()
    {
        var node = Given.Node("a", slots: 8);
        node = node with { Status = node.Status! with { LastHeartbeatTime = Given.Now } };
        var task = Given.Task("t").Assigned("a").With(s => s with { RequiredCapability = new() { MinRAMGB = 32 } });

        Assert.Equal(100, Score(View(node, task), Any).Promised);
        Assert.Equal(0, Score(View(node, task.Claimed()), Any).Promised);
        Assert.Equal(100, Score(View(node with { Status = node.Status with { LastHeartbeatTime = Given.Now.AddSeconds(-1) } }, task.Claimed()), Any).Promised);
    }

    [Fact]
    public void A_host_that_only_others_can_use_is_left_to_them_although_it_is_better()
    {
        FleetNode[] nodes = [Given.Node("big", ram: 256, models: Given.Model(speed: 100)), Given.Node("small", ram: 16)];
        var (small, large) = (Given.Task("t", age: 9), Given.Task("large").With(s => s with { RequiredCapability = new() { MinRAMGB = 128 } }));

        Assert.Equal("big", Given.Decide(Given.Cluster(nodes, small)).Write("t").After.Status.AssignedNode);
        var both = Given.Decide(Given.Cluster(nodes, small, large));
        Assert.Equal(("small", "big"), (both.Write("t").After.Status.AssignedNode, both.Write("large").After.Status.AssignedNode));
        var indifferent = Given.Cluster(nodes, small, large) with { Settings = new() { Identity = "operator/1", Rank = new() { NeededHost = 0 } } };
        Assert.Equal("big", Given.Decide(indifferent).Write("t").After.Status.AssignedNode);
    }

    [Fact]
    public void A_host_is_not_kept_for_tasks_that_could_use_another_one_or_wait_for_something_else()
    {
        FleetNode[] nodes = [Given.Node("big", ram: 256, models: Given.Model(speed: 100)), Given.Node("small", ram: 16)];
        var large = Given.Task("large").With(s => s with { RequiredCapability = new() { MinRAMGB = 128 }, Suspend = true });

        Assert.Equal("big", Given.Decide(Given.Cluster(nodes, Given.Task("t"), large)).Write("t").After.Status.AssignedNode);
        Assert.Equal("big", Given.Decide(Given.Cluster([.. nodes, Given.Node("other", ram: 256)], Given.Task("t", age: 9), large.With(s => s with { Suspend = null }))).Write("t").After.Status.AssignedNode);
    }

    [Fact]
    public void A_task_without_images_leaves_models_that_take_some_to_others()
    {
        FleetNode[] nodes = [Given.Node("a", models: Given.Model() with { Vision = true }), Given.Node("b", models: Given.Model() with { Vision = false })];
        var seeing = Given.Task("t").With(s => s with { Payload = s.Payload with { Images = ["a.png"] } });

        Assert.Equal("b", Given.Decide(Given.Cluster(nodes, Given.Task("t"))).Write("t").After.Status.AssignedNode);
        Assert.Equal("a", Given.Decide(Given.Cluster(nodes, seeing)).Write("t").After.Status.AssignedNode);
        Assert.Equal((100L, 0L), (Score(View(nodes[0]), Any).Vision, Score(View(nodes[0]), Any with { NeedsVision = true }).Vision));
    }

    private static NodeRank Rank(NodeView view) => NodeRank.Now(HostTerms.Of(view, Any), view, Any, new());

    private static HostScore Score(NodeView view, Demand demand) => HostTerms.Of(view, demand).ScoreNow(view, demand, new());

    private static NodeView View(FleetNode node, params AgenticTask[] tasks)
    {
        var view = new NodeView(node, NodeLiveness.Live, null, null);
        foreach (var task in tasks)
        {
            view.Take(task);
        }

        return view;
    }

    private static AgenticTask Using(AgenticTask task, string model) => task with { Status = task.Status with { Model = new() { Name = model } } };

    private static FleetNode WithDevices(FleetNode node, params AcceleratorDevice[] devices) =>
        node with { Status = node.Status! with { Capability = node.Status.Capability! with { Accelerators = devices } } };
}
