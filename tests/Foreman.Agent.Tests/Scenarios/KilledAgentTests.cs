using System.Security.Cryptography;
using Foreman.Agent.Tests.Support;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.RunLogs;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

/// <summary>
/// The real agent is killed in every turn of a run, before, within and after its effects: the task ends as if nothing had happened.
/// Some of the points are taken each time, all of them by <c>.ci/long crash</c>.
/// </summary>
public sealed class KilledAgentTests
{
    private const string Prompt = "Count in small steps.";
    private const string Here = "here.mark";

    // Done twice, each of the commands would leave another workspace or fail.
    private static readonly StepCall[][] Script =
    [
        [Bash("echo one >> count.txt && mkdir out && printf '\\000\\377' > out/data.bin")],
        [Write("notes/a.txt", "count 0\n"), Write("notes/b.txt", "other\n"), StepCall.Of("read_file", ("path", "notes/a.txt"))],
        [Bash("echo two >> count.txt && mv notes/b.txt notes/c.txt")],
        [StepCall.Of("str_replace", ("path", "notes/a.txt"), ("old_string", "count 0"), ("new_string", "count 1"))],
        [Bash("echo three >> count.txt && head -c 300000 /dev/zero | tr '\\000' x > out/large.txt && rm out/data.bin")],
        [Write("notes/end.txt", "end\n")],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "counted"), ("commit_message", "Count"))],
    ];

    private static readonly KillPoint[] All = [.. Enumerable.Range(0, Script.Length).SelectMany(PointsOf)];

    [Theory, DevCluster, KubeApiServer]
    public async Task A_killed_agent_goes_on_where_it_stood_and_repeats_no_effect(IClusterUnderTest cluster)
    {
        using var scene = await Scene.StartAsync(cluster);
        await using var agent = await scene.AgentAsync();
        await scene.RunUndisturbedAsync(agent);

        foreach (var point in Some(All, cluster))
        {
            var name = await scene.BeginAsync(agent, point);
            await agent.KillAsync();
            point.Release();
            await agent.RestartAsync();

            var back = await scene.Fleet.WhenTaskAsync(name, t => t.Status.Phase == TaskPhase.Pending || t.IsTerminal(), $"the task to be given back, {point}");
            await scene.EndsAsUndisturbedAsync(back, agent, point, Reasons.AgentRestarted);
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Another_host_goes_on_where_a_dead_one_stood_and_repeats_no_effect(IClusterUnderTest cluster)
    {
        using var scene = await Scene.StartAsync(cluster);
        await using var first = await scene.AgentAsync();
        await using var second = await scene.AgentAsync();
        await scene.RunUndisturbedAsync(first);

        // On two hosts what counts is what the cluster has, which only a held run lets us wait for.
        foreach (var point in Some([.. All.Where(p => p.IsHeld)], cluster))
        {
            var name = await scene.BeginAsync(first, point);
            await scene.StoredAsync(await scene.Fleet.TaskAsync(name), point);
            await first.KillAsync();
            point.Release();

            var back = await scene.Fleet.TakeBackAsync(await scene.Fleet.TaskAsync(name));
            await scene.EndsAsUndisturbedAsync(back, second, point, Reasons.HolderLost);
            await first.RestartAsync();
        }
    }

    private static StepCall Bash(string command) => StepCall.Of("bash", ("command", command));

    private static StepCall Write(string path, string content) => StepCall.Of("write_file", ("path", path), ("content", content));

    private static IEnumerable<KillPoint> PointsOf(int step) => Enum.GetValues<KillMoment>()
        .Where(m => m is not (KillMoment.BeforeEffect or KillMoment.AfterEffect) || Script[step][0].Tool == "bash")
        .Select(m => new KillPoint(step, m));

    // Spread over the run, and where not all are taken, each on one of both clusters, which answer the agent alike; a point is used once.
    private static IEnumerable<KillPoint> Some(KillPoint[] all, IClusterUnderTest cluster)
    {
        var count = Math.Min(LongRun.Seeds(4, 4), all.Length);
        return Enumerable.Range(0, count)
            .Where(i => count == all.Length || KubeApiServer.SkipReason is not null || i % 2 == (cluster.EnforcesRbac ? 1 : 0))
            .Select(i => all[((i * all.Length) + (all.Length / 2)) / count]).Select(p => new KillPoint(p.Step, p.Moment));
    }

    private sealed class Scene : IDisposable
    {
        private readonly StepModel _model = new(Prompt, Script);
        private readonly PromisedModel _promised;
        private SortedDictionary<string, string>? _expected;
        private int _tasks;

        private Scene(FleetUnderTest fleet)
        {
            Fleet = fleet;
            _promised = new PromisedModel { Name = StepModel.Name, Server = ModelServerKind.LlamaCpp, Url = _model.Url };
        }

        public FleetUnderTest Fleet { get; }

        public static async Task<Scene> StartAsync(IClusterUnderTest cluster)
        {
            var fleet = await FleetUnderTest.InAsync(cluster);
            await fleet.Kubernetes.CreateAsync(new Foreman.Api.Agent
            {
                Metadata = new V1ObjectMeta { Name = "counter", NamespaceProperty = fleet.Namespace },
                Spec = BuiltInAgent.Spec with { Tools = ["read_file", "write_file", "str_replace", "bash", "submit_result"] },
            });
            return new Scene(fleet);
        }

        public async Task<AgentUnderTest> AgentAsync()
        {
            var agent = await AgentUnderTest.JoinedAsync(Fleet, "--agent-mode=native", "--keep-workspace", "--model-url", _model.Url);
            var sandbox = (await Fleet.NodeAsync(agent.Node)).Status?.Capability?.Sandbox;
            if (!sandbox.RunsCommands())
            {
                await agent.DisposeAsync();
                Assert.Skip($"this host confines no commands: {sandbox?.Reason}");
            }

            return agent;
        }

        public async Task RunUndisturbedAsync(AgentUnderTest agent)
        {
            await Fleet.AssignNewTaskAsync("undisturbed", agent.Node, Prompt, _promised, "counter");
            var ended = await EndedAsync("undisturbed", agent);
            _expected = FilesOf(ended);
            Assert.Equal("one\ntwo\nthree\n", _expected["count.txt"]);
            Assert.Equal(["count.txt", "notes/a.txt", "notes/c.txt", "notes/end.txt", "out/large.txt"], _expected.Keys);
        }

        /// <summary>Starts a task and waits until it is at the point.</summary>
        public async Task<string> BeginAsync(AgentUnderTest agent, KillPoint point)
        {
            var name = FormattableString.Invariant($"killed-{++_tasks}");
            point.Arm(_model, Here);
            await Fleet.AssignNewTaskAsync(name, agent.Node, Prompt, _promised, "counter");
            try
            {
                await point.ReachedAsync(() => File.Exists(Path.Combine(agent.WorkspaceDir, Fleet.Namespace, $"{name}-1", Here)));
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{point}: {e.Message}\n{agent.Process.Output}", e);
            }

            return name;
        }

        /// <summary>Waits until the cluster has what the run did up to the point.</summary>
        public async Task StoredAsync(AgenticTask task, KillPoint point) => await Eventually.TrueAsync(
            async () =>
            {
                var logs = (await Fleet.Kubernetes.ListAsync<RunLog>(Fleet.Namespace)).Items.Where(l => l.Spec.TaskRef.Uid == task.Uid()).OrderBy(l => l.Spec.Seq);
                var text = string.Concat(logs.Select(l => RunLogPacker.Unpack(l.Spec.Codec, l.Spec.Data).ToString()));
                return Count(text, "answer") == point.Answers && (!point.IsInCall || text.TrimEnd().Split('\n')[^1].Contains("\"type\":\"intent\"", StringComparison.Ordinal));
            },
            $"the records up to {point} to be in the cluster");

        /// <summary>Assigns a task that was given back, and checks its end.</summary>
        public async Task EndsAsUndisturbedAsync(AgenticTask back, AgentUnderTest agent, KillPoint point, string reason)
        {
            if (!back.IsTerminal())
            {
                Assert.Equal(reason, back.Status.Attempts[0].Reason);
                await Fleet.AssignAsync(back, agent.Node, _promised);
            }

            var ended = await EndedAsync(back.Name(), agent);
            Assert.Equal(_expected!.AsEnumerable(), FilesOf(ended));
            await Eventually.TrueAsync(() => !point.CommandRuns(), $"the command of the killed agent to be gone, {point}");
            if (ended.Status.Attempt == 1)
            {
                // The kill came when the result was on its way already.
                Assert.Equal((Script.Length - 1, KillMoment.Answered), (point.Step, point.Moment));
                return;
            }

            var turn = ended.Status.ResumedFrom?.Turn ?? 0;
            Assert.True(point.IsHeld ? turn == point.Answers : turn == point.Step || turn == point.Step + 1, $"{point}: resumed from turn {turn}");
            Assert.Equal(turn == 0 ? null : 1, ended.Status.ResumedFrom?.Attempt);
            var records = await RecordsAsync(ended, agent);
            var returned = records.OfType<ToolReturned>().ToList();
            Assert.Equal(returned.Count, returned.DistinctBy(r => r.CallId).Count());
            var interrupted = returned.Count(r => r.Content.Contains("was interrupted", StringComparison.Ordinal));
            Assert.True(point.IsHeld ? interrupted == (point.IsInCall ? 1 : 0) : interrupted <= 1, $"{point}: {interrupted} calls interrupted");
            Assert.Equal(Script.SelectMany(s => s).Count() + interrupted, returned.Count);
        }

        public void Dispose()
        {
            _model.Dispose();
            Fleet.Dispose();
        }

        private async Task<AgenticTask> EndedAsync(string name, AgentUnderTest agent)
        {
            try
            {
                var ended = await Fleet.WhenTaskAsync(name, t => t.IsTerminal(), $"{name} to end");
                Assert.True((TaskPhase.Succeeded, Verdict.Go) == (ended.Status.Phase, ended.Status.Verdict), $"{name}: {ended.Status.Result?["summary"]}\n{agent.Process.Output}");
                return ended;
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{e.Message}\n{agent.Process.Output}", e);
            }
        }

        private static int Count(string text, string type) => text.Split($"\"type\":\"{type}\"").Length - 1;

        private static SortedDictionary<string, string> FilesOf(AgenticTask task)
        {
            var path = task.Status.Result!["extra"]!["workspace"]!["path"]!.GetValue<string>();
            var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).ToDictionary(
                f => Path.GetRelativePath(path, f), f => new FileInfo(f).Length > 1000 ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))) : System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(f)));
            return new(files, StringComparer.Ordinal);
        }

        private static async Task<IReadOnlyList<TranscriptRecord>> RecordsAsync(AgenticTask task, AgentUnderTest agent)
        {
            var path = Path.Combine(agent.StateDir, "transcripts", FormattableString.Invariant($"{task.Uid()}-{task.Status.Attempt}.jsonl"));
            var records = new List<TranscriptRecord>();
            await foreach (var record in JsonLinesTranscript.ReadAsync(path, CancellationToken.None))
            {
                records.Add(record);
            }

            return records;
        }
    }
}
