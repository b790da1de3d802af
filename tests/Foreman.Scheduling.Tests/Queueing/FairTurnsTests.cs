using Foreman.Api;
using Foreman.Kubernetes;
using FsCheck;
using FsCheck.Fluent;

namespace Foreman.Scheduling.Tests.Queueing;

public class FairTurnsTests
{
    [Fact]
    public void Many_tasks_of_one_namespace_leave_half_of_the_slots_to_another()
    {
        AgenticTask[] many = [.. Enumerable.Range(0, 1000).Select(i => In("many", Given.Task($"m{i:0000}", age: 1000)))];
        AgenticTask[] few = [.. Enumerable.Range(0, 5).Select(i => In("few", Given.Task($"f{i}")))];

        var placed = Placed(Given.Cluster([Given.Node("a", slots: 10)], [.. many, .. few]));

        Assert.Equal(5, placed.Count(t => t.Namespace() == "few"));
        Assert.Equal(5, placed.Count(t => t.Namespace() == "many"));
    }

    [Fact]
    public void The_queue_that_has_had_less_goes_first_and_priority_before_it()
    {
        var ended = In("a", Ended("before", Given.Now.AddMinutes(-10), minutes: 5));
        var cluster = Given.Cluster([Given.Node("n")], ended, In("a", Given.Task("old", age: 9)), In("b", Given.Task("young")));

        Assert.Equal("young", Assert.Single(Placed(cluster)).Name());
        Assert.Equal("urgent", Assert.Single(Placed(cluster with { Tasks = [.. cluster.Tasks, In("a", Given.Task("urgent", priority: 1))] })).Name());
    }

    [Fact]
    public void A_label_makes_a_queue_of_its_own_within_its_namespace()
    {
        AgenticTask[] many = [.. Enumerable.Range(0, 20).Select(i => Given.Task($"m{i:00}", age: 9))];
        AgenticTask[] gold = [.. Enumerable.Range(0, 20).Select(i => Labelled(Given.Task($"g{i:00}"), Labels.Queue, "gold"))];

        Assert.Equal(4, Placed(Given.Cluster([Given.Node("a", slots: 8)], [.. many, .. gold])).Count(t => t.GetLabel(Labels.Queue) == "gold"));
    }

    [Fact]
    public void Use_counts_for_half_after_the_half_life_and_tokens_count_with_seconds()
    {
        double Use(AgenticTask task) => new QueueShares(Given.Cluster([], task), new([], new()), Given.Now).Of(new("default", null));
        var tokens = new Usage { PromptTokens = 500_000, CachedTokens = 400_000, CompletionTokens = 20_000 };

        Assert.Equal(300, Use(Ended("t", Given.Now, minutes: 5)), 0.01);
        Assert.Equal(150, Use(Ended("t", Given.Now.AddHours(-6), minutes: 5)), 0.01);
        Assert.Equal(300 + 120, Use(Ended("t", Given.Now, minutes: 5, tokens)), 0.01);
        Assert.Equal(600, Use(Given.Task("t").Assigned("n")), 0.01);
        Assert.Equal(900, Use(Given.Task("t").Assigned("n") is var t ? t with { Status = t.Status with { Phase = TaskPhase.Running, Claim = new() { Holder = "h", AcquiredAt = Given.Now.AddMinutes(-15) } } } : t), 0.01);
    }

    [Fact]
    public void A_run_is_expected_to_use_the_median_of_its_agent_and_kind_within_its_budget()
    {
        var usual = new UsualUse([Ended("a", Given.Now, 1), Ended("b", Given.Now, 2), Ended("c", Given.Now, 50)], new());

        Assert.Equal(120, usual.Expected(Given.Task("t")).Seconds);
        Assert.Equal(30, usual.Expected(Given.Task("t").With(s => s with { Budget = new() { Seconds = 30 } })).Seconds);
        Assert.Equal(600, usual.Expected(Given.Task("t").With(s => s with { AgentRef = new() { Name = "other" } })).Seconds);
    }

    [Fact]
    public void What_was_begun_is_finished_before_new_work_of_the_same_priority()
    {
        var code = OfWorkload("code", age: 5) is var task ? Ended("code", Given.Now, 1) with { Metadata = task.Metadata } : task;
        var review = OfWorkload("review", age: 5).With(s => s with { DependsOn = ["code"] });

        Assert.Equal("review", Assert.Single(Placed(Given.Cluster([Given.Node("n")], code, review, Given.Task("older", age: 99)))).Name());
        Assert.Equal("urgent", Assert.Single(Placed(Given.Cluster([Given.Node("n")], code, review, Given.Task("urgent", priority: 1)))).Name());
    }

    // One slot or two, and work that goes on without end: reviews, and tasks whose model is in memory, come faster than they are done.
    [Fact]
    public void No_task_is_overtaken_by_more_later_ones_of_its_queue_and_priority_than_the_bound_says() => Prop.ForAll(
        Gen.Choose(0, 1_000_000).ToArbitrary(),
        static seed =>
        {
            var random = new Random(seed);
            var most = random.Next(4) == 0 ? 64 : random.Next(0, 5);
            var tasks = new List<AgenticTask> { Ended("code", Given.Now, 1) };
            var started = new List<AgenticTask>();
            for (var round = 0; round < 120; round++)
            {
                tasks.AddRange(Enumerable.Range(0, random.Next(0, 4)).Select(i => Arriving(random, $"t{round:000}-{i}", round)));
                var cluster = Given.Cluster([Given.Node("n", slots: random.Next(1, 3), models: [Given.Model(), Given.Model("llama", loaded: false)])], [.. tasks]);
                foreach (var task in Placed(cluster with { Settings = cluster.Settings with { FairShare = new() { MostOvertaking = most } } }))
                {
                    var overtaking = started.Count(s => QueueKey.Of(s) == QueueKey.Of(task) && s.Spec.Priority == task.Spec.Priority && new QueueEntry(s).CompareTo(new(task)) > 0);
                    Assert.True(overtaking <= most, $"{task.Name()} was overtaken by {overtaking}, at most {most}");
                    started.Add(task);
                    tasks[tasks.FindIndex(t => t.Uid() == task.Uid())] = task.Assigned("n").Ended(TaskPhase.Succeeded, Verdict.Go);
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    [Fact]
    public void New_work_is_overtaken_up_to_the_bound_and_then_goes_first()
    {
        AgenticTask[] later = [.. Enumerable.Range(0, 64).Select(i => OfWorkload($"done{i}").Assigned("n").Ended(TaskPhase.Succeeded, Verdict.Go))];
        var (old, review) = (Given.Task("old", age: 9), OfWorkload("review").With(s => s with { DependsOn = ["done0"] }));

        Assert.Equal("review", Assert.Single(Placed(Given.Cluster([Given.Node("n")], [.. later.Skip(1), later[0] with { Spec = later[0].Spec with { Priority = 3 } }, old, review]))).Name());
        Assert.Equal("old", Assert.Single(Placed(Given.Cluster([Given.Node("n")], [.. later, old, review]))).Name());
    }

    [Fact]
    public void A_task_whose_model_is_in_memory_goes_before_an_older_one_up_to_the_bound()
    {
        FleetNode[] nodes = [Given.Node("n", models: [Given.Model(), Given.Model("llama", loaded: false)])];
        var (old, young) = (Asking(Given.Task("old", age: 9), "llama"), Asking(Given.Task("young"), "qwen"));
        AgenticTask[] later = [.. Enumerable.Range(0, 64).Select(i => Given.Task($"done{i}").Assigned("n").Ended(TaskPhase.Succeeded, Verdict.Go))];

        Assert.Equal("young", Assert.Single(Placed(Given.Cluster(nodes, old, young))).Name());
        Assert.Equal("young", Assert.Single(Placed(Given.Cluster(nodes, [.. later.Skip(1), old, young]))).Name());
        Assert.Equal("old", Assert.Single(Placed(Given.Cluster(nodes, [.. later, old, young]))).Name());
        Assert.Equal("urgent", Assert.Single(Placed(Given.Cluster(nodes, old, young, Asking(Given.Task("urgent", priority: 1), "llama")))).Name());
    }

    [Fact]
    public void It_goes_on_by_age_where_each_task_finds_its_model_or_none_does()
    {
        var (old, young) = (Asking(Given.Task("old", age: 9), "llama"), Asking(Given.Task("young"), "qwen"));
        FleetNode both = Given.Node("n", slots: 2, models: [Given.Model(), Given.Model("llama")]), cold = Given.Node("n", models: [Given.Model(loaded: false), Given.Model("llama", loaded: false)]);

        Assert.Equal(["old", "young"], Placed(Given.Cluster([both], young, old)).Select(t => t.Name()));
        Assert.Equal(["old"], Placed(Given.Cluster([cold], young, old)).Select(t => t.Name()));
    }

    [Fact]
    public void Once_the_slots_of_a_model_are_taken_the_older_task_goes_on()
    {
        FleetNode[] nodes = [Given.Node("n", models: Given.Model()), Given.Node("other", models: Given.Model("llama", loaded: false))];
        AgenticTask[] young = [.. Enumerable.Range(0, 3).Select(i => Asking(Given.Task($"young{i}", age: i), "qwen"))];

        var placed = Placed(Given.Cluster(nodes, [.. young, Asking(Given.Task("old", age: 9), "llama")]));

        Assert.Equal(["young2", "old"], placed.Select(t => t.Name()));
    }

    [Fact]
    public void A_task_that_no_host_takes_keeps_nobody_behind_it()
    {
        var nowhere = Asking(Given.Task("nowhere", age: 99), "absent");
        AgenticTask[] later = [.. Enumerable.Range(0, 70).Select(i => Given.Task($"done{i}", age: 50).Assigned("n").Ended(TaskPhase.Succeeded, Verdict.Go))];
        var plan = Given.Decide(Given.Cluster([Given.Node("n")], [.. later, nowhere, Given.Task("t", age: 1)]));

        Assert.Equal(["t", "nowhere"], plan.Turns.Select(t => t.Name()));
        Assert.IsType<AssignTask>(plan.Write("t"));
    }

    [Fact]
    public void What_queues_have_had_is_not_asked_for_while_no_host_takes_a_task()
    {
        AgenticTask[] tasks = [Given.Task("t", age: 1), Labelled(Given.Task("g"), Labels.Queue, "gold")];
        var turns = new FairTurns(tasks.Select(t => new QueueEntry(t)), new TaskIndex(tasks, new HashSet<string>()), new(), () => throw new InvalidOperationException("It is asked for."));

        var order = new List<string>();
        while (turns.TryTake(out var task))
        {
            order.Add(task.Name());
        }

        Assert.Equal(["t", "g"], order);
    }

    private static AgenticTask Asking(AgenticTask task, string model) => task.With(s => s with { ModelRef = model });

    private static AgenticTask Arriving(Random random, string name, int round)
    {
        var task = random.Next(3) == 0 ? Given.Task(name, random.Next(2), -round) : OfWorkload(name, random.Next(2), -round).With(s => s with { DependsOn = ["code"] });
        task = Asking(task, random.Next(2) == 0 ? "qwen" : "llama");
        return random.Next(5) == 0 ? Labelled(task, Labels.Queue, "gold") : task;
    }

    private static AgenticTask[] Placed(ClusterSnapshot cluster) => [.. Given.Decide(cluster).Decisions.OfType<AssignTask>().Select(d => d.Task)];

    private static AgenticTask In(string space, AgenticTask task) => task with { Metadata = task.Metadata with { NamespaceProperty = space, Uid = $"{space}-{task.Uid()}" } };

    private static AgenticTask OfWorkload(string name, int priority = 0, int age = 0) => Labelled(Given.Task(name, priority, age), Labels.Workload, "w");

    private static AgenticTask Labelled(AgenticTask task, string label, string value) =>
        task with { Metadata = task.Metadata with { Labels = new Dictionary<string, string>(task.Metadata.Labels ?? new Dictionary<string, string>()) { [label] = value } } };

    private static AgenticTask Ended(string name, DateTimeOffset at, int minutes, Usage? usage = null) => Given.Task(name)
        .After(new TaskAttempt { Attempt = 1, Node = "n", Outcome = AttemptOutcome.Succeeded, StartedAt = at.AddMinutes(-minutes), EndedAt = at, Usage = usage })
        .Ended(TaskPhase.Succeeded, Verdict.Go);
}
