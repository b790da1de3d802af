using System.Net;
using Foreman.Api;
using Foreman.Runner.Fencing;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>The real loop, with a model that answers: what its transcript is kept in fails at any point.</summary>
[Trait("Kind", "1")]
public sealed class BrokenLoopTests : IDisposable
{
    // Segments that a run without faults stores are fewer.
    private const int Segments = 6;

    private static readonly (string Name, Func<Exception> Make)[] Exceptions =
    [
        .. KindsOfException.Anywhere,
        KindsOfException.Answer("a conflict", HttpStatusCode.Conflict, "Conflict"),
        KindsOfException.Answer("an overload", HttpStatusCode.TooManyRequests, "TooManyRequests"),
        KindsOfException.Answer("a refusal", HttpStatusCode.Forbidden, "Forbidden"),
    ];

    private readonly WritingModel _model = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_transcript_that_the_API_server_does_not_take_never_costs_the_result()
    {
        var cases = from exception in Exceptions
                    from at in Enumerable.Range(1, Segments)
                    from lasts in (bool[])[false, true]
                    select (exception.Name, exception.Make, at, lasts);

        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (c, _) =>
        {
            var number = 0;
            var faults = new Faults(1, c.Make) { LastingAt = "api: create RunLog" };
            faults.Instead = () =>
            {
                if (Interlocked.Increment(ref number) is var now && (now == c.at || (c.lasts && now > c.at)))
                {
                    throw c.Make();
                }
            };
            var name = $"{c.Name} at segment {c.at}{(c.lasts ? " and from there on" : "")}";
            await using var scene = Scene(faults, _folder[$"{name}/state"]);

            await scene.RunAsync();

            var task = await scene.SettledAsync(name);
            Assert.Equal((name, TaskPhase.Succeeded, Verdict.Go), (name, task.Status.Phase, task.Status.Verdict));
            Assert.True(number > 0, "no segment was stored");
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_disk_that_fills_up_under_the_transcript_gives_the_task_back(int answer)
    {
        await using var disk = await SmallDisk.MountAsync(512);
        var asked = 0;
        _model.Asked = () =>
        {
            if (Interlocked.Increment(ref asked) == answer)
            {
                disk.Fill();
            }
        };
        await using var scene = Scene(new Faults(0, () => new InvalidOperationException()), disk.Path);

        await scene.RunAsync();

        var entry = Assert.Single((await scene.SettledAsync($"a disk that is full at answer {answer}")).Status.Attempts);
        Assert.Equal((AttemptOutcome.GivenBack, "DiskPressure"), (entry.Outcome, entry.Reason));
        Assert.Equal(0, scene.Runs.SlotsInUse);
    }

    private BrokenScene Scene(Faults faults, string state)
    {
        // The clock of the loop is fast, and the model takes real time.
        const int Forever = 40 * 24 * 3600;
        var agent = BuiltInAgent.Spec with { RequestTimeoutSeconds = Forever, RequestTurnTimeoutSeconds = Forever };
        var time = new FaultyClock(faults);
        BrokenScene? scene = null;
        var options = new RunnerOptions
        {
            Holder = Tasks.Me,
            NodeName = "host-a",
            Placement = Placement.Node,
            Program = RunnerProgram.Agent,
            WorkspaceRoot = _folder["work"],
            StateDirectory = state,
        };
        var prepare = new ScriptedStage((record, _, _) => Task.FromResult<StageResult>(new StageResult.Next(record with
        {
            Agent = agent,
            Model = _model.Endpoint,
            Workspace = Path.Combine(state, "work"),
        })));
        var loop = new ScriptedStage((record, turnEnded, stop) =>
            new LoopStage(scene!.Server, options, time, new Jitter(1), scene.Logger).RunAsync(record, turnEnded, stop));
        return scene = new BrokenScene(faults, TimeProvider.System, [prepare, loop, new ReportStage(options, new RecordingLogger())]);
    }
}
