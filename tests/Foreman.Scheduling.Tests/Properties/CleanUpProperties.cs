using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Foreman.Scheduling.Tests.Properties;

/// <summary>
/// Random histories of hosts that leave, die, come back and are cordoned, of tasks that depend on each other and end, of leaders that
/// change and API servers that are away: nothing is deleted before its time or while it is needed, and in the end all is that may be.
/// </summary>
public class CleanUpProperties
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);

    [Fact]
    public void Nothing_is_deleted_before_its_time_or_while_it_is_needed_and_in_the_end_all_is_that_may_be() => Prop.ForAll(
        Gen.Choose(0, 1_000_000_000).ToArbitrary(),
        seed =>
        {
            var history = new History(seed);
            for (var i = 0; i < 60; i++)
            {
                history.Step();
            }

            history.EndAll();
            Assert.Empty(history.LeftOver());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(LongRun.Seeds(quick: 60, full: 2000)));

    [Fact]
    public void The_random_histories_delete_hosts_and_tasks_on_their_way()
    {
        var histories = Enumerable.Range(0, 40).Select(seed => new History(seed)).ToArray();
        foreach (var history in histories)
        {
            for (var i = 0; i < 60; i++)
            {
                history.Step();
            }
        }

        Assert.InRange(histories.Sum(h => h.TasksDeleted), 40, int.MaxValue);
        Assert.InRange(histories.Sum(h => h.NodesDeleted), 40, int.MaxValue);
    }

    private sealed class History
    {
        private readonly Random _random;
        private readonly Dictionary<string, TimeSpan> _heard = new(StringComparer.Ordinal);
        private readonly Dictionary<string, TimeSpan> _seenAlive = new(StringComparer.Ordinal);
        private ClusterSnapshot _cluster;
        private DateTimeOffset _now = Given.Now;
        private int _made;

        public History(int seed)
        {
            _random = new Random(seed);
            _cluster = Given.Cluster([.. Enumerable.Range(0, _random.Next(1, 6)).Select(i => Given.Node($"n{i}"))]);
            _cluster = _cluster with
            {
                Settings = _cluster.Settings with { CleanUp = new() { FinishedTasks = Ttl, LeftNodes = Ttl / 2, DeadNodes = Ttl } },
                Workloads = new Dictionary<ObjectKey, ObservedWorkload> { [new("default", "going")] = new("uid-going", false), [new("default", "done")] = new("uid-done", true) },
            };
        }

        public int TasksDeleted { get; private set; }

        public int NodesDeleted { get; private set; }

        public void Step()
        {
            var seconds = TimeSpan.FromSeconds(_random.Next(0, 400));
            _now += seconds;
            _cluster = _cluster with { Uptime = _cluster.Uptime + seconds, IsApiReachable = !Chance(15) };
            if (Chance(12))
            {
                // Another process leads, whose clock begins at zero and that has seen nothing.
                _cluster = _cluster with { Uptime = TimeSpan.Zero, State = SchedulerState.Empty };
                _heard.Clear();
                _seenAlive.Clear();
            }

            ChangeHosts();
            ChangeTasks();
            Decide();
        }

        /// <summary>All tasks and Workloads end, all is quiet, and time passes.</summary>
        public void EndAll()
        {
            _cluster = _cluster with
            {
                IsApiReachable = true,
                Tasks = [.. _cluster.Tasks.Select(t => t.IsTerminal() ? t : Ended(t))],
                Workloads = _cluster.Workloads!.ToDictionary(w => w.Key, w => w.Value with { Ended = true }),
            };
            for (var i = 0; i < 60; i++)
            {
                _now += TimeSpan.FromSeconds(61);
                _cluster = _cluster.Renewed([.. Live()]) with { Uptime = _cluster.Uptime + TimeSpan.FromSeconds(61) };
                Decide();
            }
        }

        public IEnumerable<string> LeftOver() => _cluster.Tasks.Select(t => t.Name())
            .Concat(_cluster.State.Disrupted ? [] : _cluster.Nodes.Where(n => !Live().Contains(n.Name()) && n.Spec.Unschedulable != true).Select(n => n.Name()));

        private bool Chance(int of) => _random.Next(of) == 0;

        private IEnumerable<string> Live() => _cluster.Nodes.Where(n => n.GetLabel("silent") is null && HolderOf(n.Name()).Length > 0).Select(n => n.Name());

        private string HolderOf(string node) => _cluster.Leases.FirstOrDefault(l => l.Name() == Labels.LeaseName(node))?.Spec?.HolderIdentity ?? "";

        private void ChangeHosts()
        {
            foreach (var node in _cluster.Nodes.Where(_ => Chance(8)).ToArray())
            {
                switch (_random.Next(4))
                {
                    case 0:
                        Replace(node with { Spec = node.Spec with { Unschedulable = node.Spec.Unschedulable != true } });
                        break;
                    case 1:
                        Replace(node with { Status = node.Status! with { NotAccepting = [new() { Reason = Reasons.Draining }] } }, holder: "");
                        break;
                    case 2:
                        Replace(node with { Metadata = node.Metadata with { Labels = new Dictionary<string, string> { ["silent"] = "" } } });
                        break;
                    default:
                        Replace(node with { Metadata = node.Metadata with { Labels = null }, Status = node.Status! with { NotAccepting = null } }, holder: $"host/{_made++}");
                        break;
                }
            }

            _cluster = _cluster.Renewed([.. Live()]);
            foreach (var node in Live())
            {
                _heard[node] = _cluster.Uptime;
            }
        }

        private void Replace(FleetNode node, string? holder = null) => _cluster = _cluster with
        {
            Nodes = [.. _cluster.Nodes.Select(n => n.Name() == node.Name() ? node : n)],
            Leases = holder is null ? _cluster.Leases : [.. _cluster.Leases.Where(l => l.Name() != Labels.LeaseName(node.Name())), Given.Lease(node.Name(), holder)],
        };

        private void ChangeTasks()
        {
            var tasks = _cluster.Tasks.Select(t => t.IsTerminal() || !Chance(4) ? t : Ended(t)).ToList();
            if (Chance(2))
            {
                tasks.Add(Made(tasks));
            }

            _cluster = _cluster with { Tasks = tasks };
        }

        private AgenticTask Made(List<AgenticTask> others)
        {
            var task = Given.Task($"t{_made++}").With(s => s with { Suspend = true, DependsOn = others.Count > 0 && Chance(2) ? [others[_random.Next(others.Count)].Name()] : null });
            var workload = _random.Next(4) switch { 0 => "going", 1 => "done", _ => null };
            return task with
            {
                Metadata = task.Metadata with { CreationTimestamp = _now, Labels = workload is null ? null : new Dictionary<string, string> { [Labels.Workload] = workload } },
            };
        }

        private AgenticTask Ended(AgenticTask task)
        {
            var ended = task.Ended(TaskPhase.Succeeded, Verdict.Go);

            // Who saw it alive must not believe a clock that is off.
            var off = _seenAlive.ContainsKey(task.Uid()) && Chance(3) ? TimeSpan.FromDays(1) : TimeSpan.Zero;
            return ended with { Status = ended.Status with { FinishedAt = _now - off } };
        }

        private void Decide()
        {
            var plan = Scheduler.Decide(_cluster, _now);
            foreach (var deletion in plan.Decisions)
            {
                switch (deletion)
                {
                    case DeleteTask d:
                        Check(d.Task);
                        TasksDeleted++;
                        break;
                    case DeleteNode d:
                        Check(d.Node);
                        NodesDeleted++;
                        break;
                    default:
                        break;
                }
            }

            foreach (var task in _cluster.Tasks.Where(t => !t.IsTerminal()))
            {
                _seenAlive[task.Uid()] = _cluster.Uptime;
            }

            Apply(plan);
        }

        private void Apply(Plan plan)
        {
            var arrives = plan.Decisions.Where(_ => !Chance(4)).ToArray();
            var tasks = arrives.OfType<DeleteTask>().Select(d => d.Task.Name()).ToHashSet(StringComparer.Ordinal);
            var nodes = arrives.OfType<DeleteNode>().Select(d => d.Node.Name()).ToHashSet(StringComparer.Ordinal);
            _cluster = _cluster.Then(plan) with
            {
                Tasks = [.. _cluster.Tasks.Where(t => !tasks.Contains(t.Name()))],
                Nodes = [.. _cluster.Nodes.Where(n => !nodes.Contains(n.Name()))],
                Leases = [.. _cluster.Leases.Where(l => !nodes.Contains(l.Name()["fn.".Length..]))],
            };
        }

        private void Check(AgenticTask task)
        {
            var waiting = _cluster.Tasks.Where(t => !t.IsTerminal()).ToArray();
            Assert.True(task.IsTerminal(), $"{task.Name()} has not ended");
            Assert.DoesNotContain(waiting, t => t.Spec.DependsOn?.Contains(task.Name()) == true);
            Assert.False(task.GetLabel(Labels.Workload) == "going" && !_cluster.Workloads![new("default", "going")].Ended, $"{task.Name()} is of a Workload that goes on");
            var age = _seenAlive.TryGetValue(task.Uid(), out var alive) ? _cluster.Uptime - alive : _now - task.Status.FinishedAt!.Value;
            Assert.True(age >= Ttl, $"{task.Name()} is deleted {age} after its end");
        }

        private void Check(FleetNode node)
        {
            var silence = _cluster.Uptime - _heard.GetValueOrDefault(node.Name());
            var least = HolderOf(node.Name()).Length == 0 && node.Status!.NotAccepting is not null ? Ttl / 2 : Ttl;
            Assert.True(silence >= least, $"{node.Name()} is deleted {silence} after it was heard of");
            Assert.True(_cluster.IsApiReachable, $"{node.Name()} is deleted while the API server is away");
            Assert.NotEqual(true, node.Spec.Unschedulable);
            Assert.DoesNotContain(node.Name(), Live());
        }
    }
}
