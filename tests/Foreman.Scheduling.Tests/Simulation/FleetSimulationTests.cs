using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Simulation;

public class FleetSimulationTests
{
    [Fact]
    public void Runs_follow_one_another_on_a_slot_and_the_larger_priority_goes_first()
    {
        var result = FleetSimulation.Play(new() { Nodes = [Given.Node("a")], Tasks = [Task("one", 0, 60), Task("two", 1, 60), Task("urgent", 2, 30, t => t.With(s => s with { Priority = 9 }))] });

        Assert.Equal(
            [("one", 0, 60), ("urgent", 60, 90), ("two", 90, 150)],
            result.Runs.Select(r => (r.Task.Name(), (int)r.StartedAt.TotalSeconds, (int)r.EndedAt.TotalSeconds)));
        Assert.Equal(TimeSpan.FromSeconds(89), result.Runs[2].Wait);
        Assert.Empty(result.NotRun);
    }

    [Fact]
    public void A_task_starts_when_the_one_that_it_depends_on_has_ended()
    {
        var result = FleetSimulation.Play(new() { Nodes = [Given.Node("a", slots: 4)], Tasks = [Task("second", 0, 10, t => t.With(s => s with { DependsOn = ["first"] })), Task("first", 5, 100)] });

        Assert.Equal([("first", 5), ("second", 105)], result.Runs.Select(r => (r.Task.Name(), (int)r.StartedAt.TotalSeconds)));
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero], result.Runs.Select(r => r.Wait));
    }

    [Fact]
    public void A_task_that_is_not_there_is_not_waited_for()
    {
        var input = new TaskInput { Path = "f", Host = "b", FromTask = new() { Name = "gone", Path = "f" } };

        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a"), Given.Node("b")],
            Tasks = [.. Enumerable.Range(0, 3).Select(i => Task($"t{i}", 0, 10, t => t.With(s => s with { DependsOn = ["gone"], Payload = s.Payload with { Inputs = [input] } })))],
        });

        Assert.Equal([("b", 0), ("b", 10), ("b", 20)], result.Runs.Select(r => (r.Node, (int)r.StartedAt.TotalSeconds)));
        Assert.Empty(result.NotRun);
    }

    [Fact]
    public void A_chain_of_tasks_is_let_go_of_behind_its_end()
    {
        var result = FleetSimulation.Play(new() { Nodes = [Given.Node("a")], Tasks = [Task("t0", 0, 1), .. Enumerable.Range(1, 300).Select(i => Task($"t{i}", 0, 1, t => t.With(s => s with { DependsOn = i == 1 ? ["t0"] : [$"t{i - 1}", $"t{i - 2}"] })))] });

        Assert.Equal(Enumerable.Range(0, 301).Select(i => $"t{i}"), result.Runs.Select(r => r.Task.Name()));
    }

    [Fact]
    public void Tasks_queue_from_when_they_did_and_a_date_of_another_clock_counts_for_nothing()
    {
        var old = new Dictionary<string, string> { [Labels.QueuedSince] = "2001-01-01T00:00:00Z" };

        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a")],
            Tasks = [Task("running", 0, 60), Task("dated", 3, 1, t => t with { Metadata = t.Metadata with { Annotations = old } }), Task("plain", 2, 1), Task("early", 5, 1) with { QueuedAt = TimeSpan.FromSeconds(-10) }],
        });

        Assert.Equal(["running", "early", "plain", "dated"], result.Runs.Select(r => r.Task.Name()));
    }

    [Fact]
    public void A_model_that_a_run_uses_stays_and_one_that_may_be_there_is_not_loaded()
    {
        var node = Given.Node("a", slots: 2, models: [Given.Model("small"), Given.Model("large", loaded: false), Given.Model("unknown") with { Loaded = null }]);
        SimulatedTask Asking(string name, int at, string model) => Task(name, at, 10, t => t.With(s => s with { ModelRef = model }));

        var result = FleetSimulation.Play(new()
        {
            Nodes = [node],
            ModelLoad = TimeSpan.FromSeconds(30),
            Tasks = [Asking("one", 0, "small"), Asking("two", 1, "large"), Asking("three", 12, "small"), Asking("four", 100, "unknown")],
        });

        Assert.Equal([("one", false), ("three", false), ("two", true), ("four", false)], result.Runs.Select(r => (r.Task.Name(), r.LoadedModel)));
    }

    [Fact]
    public void What_would_take_longer_than_ten_years_is_an_error() => Assert.Throws<SimulationTooLongException>(() => FleetSimulation.Play(new()
    {
        Nodes = [Given.Node("a", models: Given.Model(speed: 1))],
        Tasks = [Task("endless", 0, 31_000_000) with { Speed = 1e9 }],
    }));

    [Fact]
    public void What_never_runs_says_why_and_the_simulation_ends()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a")],
            Tasks =
            [
                Task("large", 0, 10, t => t.With(s => s with { RequiredCapability = new() { MinRAMGB = 900 } })),
                Task("odd", 0, 10, t => t.With(s => s with { AgentRef = new() { Name = "odd" } })),
                Task("behind", 0, 10, t => t.With(s => s with { DependsOn = ["odd"] })),
                Task("fine", 0, 10),
            ],
            Agents = [Given.Agent("odd", s => s with { Tools = ["juggle"] })],
        });

        Assert.Equal("fine", Assert.Single(result.Runs).Task.Name());
        Assert.Equal([("behind", "UpstreamFailed"), ("large", Reasons.NoMatchingNode), ("odd", "Unsupported")], result.NotRun.Select(t => (t.Task.Name(), t.Reason)).Order());
    }

    [Fact]
    public void What_never_runs_is_named_also_when_the_last_decision_found_nothing_to_write()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a")],
            Tasks =
            [
                Task("large", 0, 10, t => t.With(s => s with { RequiredCapability = new() { MinRAMGB = 900 } })),
                Task("odd", 0, 10, t => t.With(s => s with { AgentRef = new() { Name = "odd" } })),
            ],
            Agents = [Given.Agent("odd", s => s with { Tools = ["juggle"] })],
        });

        Assert.Equal(["large", "odd"], result.NotRun.Select(t => t.Task.Name()).Order());
    }

    [Fact]
    public void A_model_that_is_not_in_memory_is_loaded_and_its_server_forgets_the_other_one()
    {
        var node = Given.Node("a", models: [Given.Model("small"), Given.Model("large", loaded: false)]);

        var result = FleetSimulation.Play(new()
        {
            Nodes = [node],
            ModelLoad = TimeSpan.FromSeconds(30),
            Tasks = [Asking("one", "large"), Asking("two", "large"), Asking("three", "small")],
        });

        Assert.Equal([(true, 40), (false, 10), (true, 40)], result.Runs.Select(r => (r.LoadedModel, (int)(r.EndedAt - r.StartedAt).TotalSeconds)));

        static SimulatedTask Asking(string name, string model) => Task(name, name == "one" ? 0 : name == "two" ? 1 : 2, 10, t => t.With(s => s with { ModelRef = model }));
    }

    [Fact]
    public void A_faster_host_takes_less_time_for_what_was_measured()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a", models: Given.Model(speed: 80))],
            Tasks = [Task("measured", 0, 100) with { Speed = 20 }, Task("not", 100, 100)],
        });

        Assert.Equal([25, 100], result.Runs.Select(r => (int)(r.EndedAt - r.StartedAt).TotalSeconds));
    }

    [Fact]
    public void A_run_longer_than_every_limit_ends_when_it_is_told_to()
    {
        var result = FleetSimulation.Play(new() { Nodes = [Given.Node("a", slots: 2)], Tasks = [Task("week", 0, 7 * 86400), .. Enumerable.Range(1, 50).Select(i => Task($"t{i}", i * 10000, 10))] });

        Assert.Equal(51, result.Runs.Count);
        Assert.Equal(TimeSpan.FromDays(7), result.Runs[^1].EndedAt);
    }

    [Fact]
    public void A_host_that_is_not_ready_takes_no_part()
    {
        var away = Given.Node("away");
        away = away with { Status = away.Status! with { Conditions = [new() { Type = ConditionTypes.Ready, Status = Conditions.False, Reason = Reasons.HeartbeatStale, Message = "m" }] } };

        var result = FleetSimulation.Play(new() { Nodes = [away, Given.Node("here")], Tasks = [Task("one", 0, 10), Task("two", 0, 10)] });

        Assert.Equal(["here", "here"], result.Runs.Select(r => r.Node));
    }

    [Fact]
    public void As_many_tasks_run_as_a_quota_lets_and_how_long_the_others_waited_for_it_is_told()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a", slots: 4)],
            Quotas = new([new() { Namespace = "default", MaxRunning = 1 }]),
            Tasks = [Task("t1", 0, 10), Task("t2", 0, 10), Task("t3", 0, 10), Task("other", 0, 10, t => In("other", t))],
        });

        Assert.Equal(
            [("other", 0, 0), ("t1", 0, 0), ("t2", 10, 10), ("t3", 20, 20)],
            result.Runs.Select(r => (r.Task.Name(), (int)r.StartedAt.TotalSeconds, (int)r.QuotaWait.TotalSeconds)).Order());
        Assert.Empty(result.NotRun);
    }

    // That the reason is another one is not written yet then.
    [Fact]
    public void A_wait_for_a_slot_that_becomes_one_for_a_quota_is_told_apart_at_once()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a", slots: 2)],
            Quotas = new([new() { Namespace = "default", MaxRunning = 1 }]),
            Tasks =
            [
                Task("short", 0, 1, t => In("other", t)),
                Task("long", 0, 100, t => In("other", t)),
                Task("waits", 0, 10, t => t.With(s => s with { Priority = -1 })),
                Task("first", 1, 49),
            ],
        });

        Assert.Equal([("waits", 50, 49)], result.Runs.Where(r => r.Task.Name() == "waits").Select(r => (r.Task.Name(), (int)r.StartedAt.TotalSeconds, (int)r.QuotaWait.TotalSeconds)));
    }

    // Nothing arrives and nothing ends at the time at which the window has room.
    [Fact]
    public void A_task_starts_when_what_ended_runs_used_has_left_the_window()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a")],
            Quotas = new([new() { Namespace = "default", TokensPerWindow = 100, WindowHours = 1 }]),
            Tasks = [Using("t1", 0, budget: 60, tokens: 60), Using("t2", 5, budget: 60, tokens: 60)],
        });

        Assert.Equal([("t1", 0, 0), ("t2", 3610, 3605)], result.Runs.Select(r => (r.Task.Name(), (int)r.StartedAt.TotalSeconds, (int)r.QuotaWait.TotalSeconds)));
    }

    [Fact]
    public void What_a_run_does_not_use_of_its_budget_is_free_when_it_ends()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a", slots: 3)],
            Quotas = new([new() { Namespace = "default", TokensPerWindow = 100, WindowHours = 1 }]),
            Tasks = [.. Enumerable.Range(1, 3).Select(i => Using($"t{i}", 0, budget: 90, tokens: 10))],
        });

        Assert.Equal([("t1", 0), ("t2", 10), ("t3", 3610)], result.Runs.Select(r => (r.Task.Name(), (int)r.StartedAt.TotalSeconds)));
    }

    [Fact]
    public void What_was_used_before_the_start_counts_and_says_what_tasks_usually_use()
    {
        var before = Given.Task("t1").After(new TaskAttempt
        {
            Attempt = 1,
            Node = "a",
            Outcome = AttemptOutcome.Succeeded,
            StartedAt = Given.Now.AddMinutes(-31),
            EndedAt = Given.Now.AddMinutes(-30),
            Usage = new() { PromptTokens = 80 },
        }).Ended(TaskPhase.Succeeded, Verdict.Go);

        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a")],
            Start = Given.Now,
            Quotas = new([new() { Namespace = "default", TokensPerWindow = 100, WindowHours = 1 }]),
            Ended = [before],
            Tasks = [Task("t1", 0, 10), Task("t2", 0, 10)],
        });

        Assert.Equal([("t1", 1800), ("t2", 1810)], result.Runs.Select(r => (r.Task.Name(), (int)r.StartedAt.TotalSeconds)));
    }

    [Fact]
    public void Ended_runs_count_for_shares_by_weight()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("n")],
            Quotas = new([new() { Namespace = "a", Weight = 3 }]),
            Tasks = [.. Enumerable.Range(0, 12).SelectMany(i => new[] { Task($"a{i:00}", 0, 60, t => In("a", t)), Task($"b{i:00}", 0, 60, t => In("b", t)) })],
        });

        Assert.Equal(6, result.Runs.Take(8).Count(r => r.Task.Namespace() == "a"));
        Assert.Equal(24, result.Runs.Count);
    }

    [Fact]
    public void Ended_runs_count_for_shares_without_weights_and_quotas_too()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("n")],
            Tasks =
            [
                .. Enumerable.Range(0, 8).Select(i => Task($"a{i:00}", 0, 60, t => In("a", t))),
                .. Enumerable.Range(0, 8).Select(i => Task($"b{i:00}", 0, 180, t => In("b", t))),
            ],
        });

        // Runs of b take three times as long, so that a has three of four until it has none left.
        Assert.InRange(result.Runs.Take(8).Count(r => r.Task.Namespace() == "a"), 5, 7);
    }

    [Fact]
    public void A_task_whose_budget_is_larger_than_its_quota_never_runs_and_keeps_no_other_waiting()
    {
        var result = FleetSimulation.Play(new()
        {
            Nodes = [Given.Node("a")],
            Quotas = new([new() { Namespace = "default", TokensPerWindow = 100, WindowHours = 1 }]),
            Tasks = [Using("large", 0, budget: 101, tokens: 1), Using("small", 1, budget: 100, tokens: 1)],
        });

        Assert.Equal("small", Assert.Single(result.Runs).Task.Name());
        var never = Assert.Single(result.NotRun);
        Assert.Equal(("large", ForecastOutcome.Never, Reasons.WaitingForQuota), (never.Task.Name(), never.Outcome, never.Reason));
    }

    // What ended within a window and what is set aside never add up to more than the quota, nobody waits for ever who fits, and nobody is lost.
    [Fact]
    public void No_window_holds_more_than_its_quota_where_runs_keep_to_their_budgets()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var quota = new Quota { Namespace = "default", WindowHours = random.Next(1, 3), TokensPerWindow = random.Next(100, 400), MaxRunning = random.Next(3) == 0 ? random.Next(1, 3) : null };
            SimulatedTask Some(int number)
            {
                var budget = random.Next(1, 500);
                return Using($"t{number:00}", random.Next(0, 20_000), budget, random.Next(0, budget + 1));
            }

            SimulationInput input = new()
            {
                Nodes = [Given.Node("n", slots: random.Next(1, 5))],
                Quotas = new([quota]),
                Tasks = [.. Enumerable.Range(0, random.Next(1, 40)).Select(Some)],
            };
            var used = input.Tasks.ToDictionary(t => t.Task.Name(), t => t.Tokens.All);

            var result = FleetSimulation.Play(input);

            foreach (var run in result.Runs)
            {
                var at = run.StartedAt;
                var running = result.Runs.Where(r => r.StartedAt <= at && at < r.EndedAt).ToArray();
                var ended = result.Runs.Where(r => r.EndedAt <= at && r.EndedAt > at - TimeSpan.FromHours(quota.WindowHours));
                var held = running.Sum(r => r.Task.Spec.Budget!.Tokens!.Value) + ended.Sum(r => used[r.Task.Name()]);
                Assert.True(held <= quota.TokensPerWindow && running.Length <= (quota.MaxRunning ?? int.MaxValue), $"seed {seed}: {held} at {Text(run)}");
            }

            Assert.All(result.NotRun, t => Assert.True(t.Task.Spec.Budget!.Tokens > quota.TokensPerWindow, $"seed {seed}: {t.Message}"));
            Assert.Equal(input.Tasks.Count, result.Runs.Count + result.NotRun.Count);
        }
    }

    // Never over capacity, nobody starts before it is there, everything is accounted for, and twice the same is the same.
    [Fact]
    public void Every_simulation_keeps_to_slots_and_times()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            SimulationInput input = new()
            {
                Nodes = [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => Given.Node($"n{i}", slots: random.Next(1, 4), ram: random.Next(2) == 0 ? 16 : 64))],
                Tasks = [.. Enumerable.Range(0, random.Next(0, 60)).Select(i => Task($"t{i}", random.Next(0, 300), random.Next(0, 90), t => t.With(s => s with
                {
                    Priority = random.Next(3),
                    RequiredCapability = random.Next(3) == 0 ? new() { MinRAMGB = random.Next(2) == 0 ? 32 : 500 } : null,
                    DependsOn = random.Next(4) == 0 ? [$"t{random.Next(60)}"] : null,
                })))],
            };

            var (result, again) = (FleetSimulation.Play(input), FleetSimulation.Play(input));

            Assert.Equal(result.Runs.Select(Text), again.Runs.Select(Text));
            Assert.Equal(input.Tasks.Select(t => t.Task.Name()).Order(), result.Runs.Select(r => r.Task.Name()).Concat(result.NotRun.Select(t => t.Task.Name())).Order());
            Assert.All(result.Runs, r => Assert.True(r.Wait >= TimeSpan.Zero && r.EndedAt >= r.StartedAt, $"seed {seed}: {Text(r)}"));
            foreach (var node in input.Nodes)
            {
                var runs = result.Runs.Where(r => r.Node == node.Name()).ToArray();
                Assert.All(runs, r => Assert.True(runs.Count(o => o.StartedAt <= r.StartedAt && r.StartedAt < o.EndedAt) <= node.Status!.Slots, $"seed {seed}: {Text(r)}"));
            }
        }
    }

    private static AgenticTask In(string space, AgenticTask task) => task with { Metadata = task.Metadata with { NamespaceProperty = space } };

    private static SimulatedTask Using(string name, int at, long budget, long tokens) =>
        Task(name, at, 10, t => t.With(s => s with { Budget = new() { Tokens = budget } })) with { Tokens = new(tokens, 0) };

    private static string Text(SimulatedRun run) => $"{run.Task.Name()} on {run.Node} from {run.StartedAt} to {run.EndedAt}";

    private static SimulatedTask Task(string name, int at, int runs, Func<AgenticTask, AgenticTask>? change = null) =>
        new(TimeSpan.FromSeconds(at), change is null ? Given.Task(name) : change(Given.Task(name)), TimeSpan.FromSeconds(runs));
}
