using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Results;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Stages;
using Foreman.Runner.Supervision;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>A run that breaks off anywhere ends or is given back, and its slot is free.</summary>
[Trait("Kind", "1")]
public sealed class BrokenRunTests
{
    // Points that a run without faults passes are fewer; where they end depends on how its parts interleave.
    private const int Points = 48;

    private static readonly (string Name, Func<Exception> Make)[] Exceptions =
    [
        .. KindsOfException.Anywhere,
        KindsOfException.Answer("a conflict", HttpStatusCode.Conflict, "Conflict"),
        KindsOfException.Answer("a failed test", HttpStatusCode.UnprocessableEntity, "Invalid"),
        KindsOfException.Answer("a bad request", HttpStatusCode.BadRequest, "BadRequest"),
        KindsOfException.Answer("a refusal of the schema", HttpStatusCode.UnprocessableEntity, "Invalid", new V1StatusDetails { Kind = "AgenticTask" }),
    ];

    [Fact]
    public async Task A_throw_at_any_point_after_the_assignment_leaves_no_slot_and_no_task_behind()
    {
        var cases = from exception in Exceptions from at in Enumerable.Range(1, Points) select (exception.Name, exception.Make, at);

        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (c, _) =>
        {
            var faults = new Faults(c.at, c.Make);
            await using var scene = Scene(faults);

            await scene.RunAsync();

            var task = await scene.SettledAsync($"{c.Name} at point {c.at} of {string.Join(", ", faults.Passed)}");
            Assert.Equal(0, scene.Runs.SlotsInUse);
            Assert.True(task.Status.Attempts.Count <= 1, $"{c.Name} at {c.at}: {task.Status.Attempts.Count} entries");
        });
    }

    [Fact]
    public async Task An_API_that_fails_from_any_point_on_keeps_no_slot_and_gets_the_result_when_it_works_again()
    {
        var cases = from exception in Exceptions.Take(6) from at in Enumerable.Range(1, Points / 2) select (exception.Name, exception.Make, at);
        var results = 0;

        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (c, _) =>
        {
            var faults = new Faults(c.at, c.Make) { LastingAt = "api" };
            await using var scene = Scene(faults);

            await scene.RunAsync();
            faults.Mend();

            var task = await scene.SettledAsync($"{c.Name} from point {c.at} on");
            Assert.Equal(0, scene.Runs.SlotsInUse);
            if (faults.Passed.Contains("stage: report"))
            {
                Interlocked.Increment(ref results);
                Assert.Equal((TaskPhase.Succeeded, Verdict.Go, "done"), (task.Status.Phase, task.Status.Verdict, (string?)task.Status.Result?["summary"]));
                Assert.Null(task.Status.Result!["extra"]?[ResultLimit.LeftOut]);
            }
        });
        Assert.True(results > 0, "no run came to its report");
    }

    [Fact]
    public async Task A_disk_that_goes_at_any_point_loses_no_result()
    {
        await Parallel.ForEachAsync(Enumerable.Range(1, Points), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (at, _) =>
        {
            var faults = new Faults(at, () => new InvalidOperationException());
            await using var scene = Scene(faults);
            faults.Instead = () => Break(scene.OutboxFolder);

            await scene.RunAsync();

            var task = await scene.SettledAsync($"a disk that goes at point {at}");
            Assert.True(
                task.Status.Phase == TaskPhase.Succeeded || task.Status.Attempts.All(a => a.Reason == "DiskPressure"),
                $"at {at}: {task.Status.Phase}, {string.Join("; ", task.Status.Attempts)}");
        });
    }

    [Fact]
    public async Task A_run_without_faults_ends_with_its_result()
    {
        var faults = new Faults(0, () => new InvalidOperationException());
        await using var scene = Scene(faults);

        await scene.RunAsync();

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (scene.Server.Task!.Status.Phase, scene.Server.Task.Status.Verdict));
        Assert.InRange(faults.Count, Points / 4, Points);
        Assert.Contains("api: patch is stored", faults.Passed);
    }

    [Fact]
    public async Task A_result_with_extra_nested_61_deep_ends_the_task_with_what_it_can_hold()
    {
        var deep = JsonNode.Parse(string.Concat(Enumerable.Repeat("""{"a":""", 60)) + "1" + new string('}', 60))!.AsObject();
        var report = ScriptedStage.Good with { Envelope = ScriptedStage.Good.Envelope with { Extra = new JsonObject { ["modelExtra"] = deep, ["turnCount"] = 2 } } };
        await using var scene = WithStages(ScriptedStage.Ending(report));

        await scene.RunAsync();

        var task = scene.Server.Task!;
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (task.Status.Phase, task.Status.Verdict));
        Assert.Equal(2, task.Status.Result!["extra"]!["turnCount"]!.GetValue<int>());
        Assert.Contains("nested deeper than 32 levels", task.Status.Result["extra"]!["modelExtra"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_host_while_a_result_is_written_costs_the_result_nothing()
    {
        await using var scene = WithStages(ScriptedStage.Ending(ScriptedStage.Good));
        var (writes, forms) = (0, new ConcurrentDictionary<string, bool>());
        scene.Server.Refuses = patch =>
        {
            if (!patch.Any(o => (string?)o!["path"] == "/status/attempts/-" || (string?)o["path"] == "/status/attempts"))
            {
                return null;
            }

            forms[patch.ToJsonString()] = true;
            return Interlocked.Increment(ref writes) <= 12 ? new InvalidOperationException("a fault") : null;
        };

        await scene.RunAsync();

        var task = await scene.SettledAsync("the result to be delivered");
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (task.Status.Phase, task.Status.Verdict));
        Assert.Single(forms);
    }

    [Fact]
    public async Task A_result_that_the_API_server_refuses_in_every_form_gives_the_task_back()
    {
        await using var scene = WithStages(ScriptedStage.Ending(ScriptedStage.Good));
        scene.Server.Refuses = patch => patch.Any(o => (string?)o!["path"] == "/status/verdict") ? TaskServer.Error(HttpStatusCode.BadRequest, "BadRequest") : null;

        await scene.RunAsync();

        var entry = Assert.Single(scene.Server.Task!.Status.Attempts);
        Assert.Equal(TaskPhase.Pending, scene.Server.Task.Status.Phase);
        Assert.Equal((AttemptOutcome.GivenBack, "InfrastructureError"), (entry.Outcome, entry.Reason));
        Assert.Contains("the result could not be stored", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_that_is_refused_whole_is_stored_without_its_extra()
    {
        await using var scene = WithStages(ScriptedStage.Ending(ScriptedStage.Good));
        scene.Server.Refuses = patch => patch.ToJsonString().Contains("transcriptRef\":{", StringComparison.Ordinal) ? TaskServer.Error(HttpStatusCode.BadRequest, "BadRequest") : null;

        await scene.RunAsync();

        var task = scene.Server.Task!;
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (task.Status.Phase, task.Status.Verdict));
        Assert.Contains("everything", task.Status.Result!["extra"]![ResultLimit.LeftOut]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cancel", "Failed", "Cancelled")]
    [InlineData("Suspend", "Pending", "Suspended")]
    public async Task A_stage_that_ignores_its_stop_is_left_behind_and_its_task_released(string stop, string phase, string reason)
    {
        var begun = new TaskCompletionSource();
        using var never = new ManualResetEventSlim();
        await using var scene = WithStages(new ScriptedStage((_, _, _) =>
        {
            begun.TrySetResult();
            never.Wait(CancellationToken.None);
            return Task.FromResult<StageResult>(new StageResult.Done(ScriptedStage.Good));
        }));
        scene.Runs.Start(scene.Assigned);
        await begun.Task.WaitAsync(TestDeadline.Default);

        var spec = scene.Assigned.Spec;
        var held = scene.Server.Task!;
        scene.Runs.Update(held with { Spec = stop == "Cancel" ? spec with { Cancel = true } : spec with { Suspend = true } });
        await scene.SlotIsFreeAsync();
        Assert.Equal(0, scene.Runs.SlotsInUse);

        // On a slow machine the fast clock may leave the final write to the outbox.
        await scene.SettledAsync($"a run that ignores {stop}");
        never.Set();

        Assert.Equal((phase, reason), (scene.Server.Task!.Status.Phase!.Value.Value, scene.Server.Task.Status.Attempts[0].Reason));
        Assert.Contains(scene.Logger.Entries, e => e.Message.Contains("is left behind", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_stop_of_a_run_is_released_when_its_work_has_ended(bool isLeftBehind)
    {
        var begun = new TaskCompletionSource<CancellationToken>();
        using var gate = new ManualResetEventSlim(!isLeftBehind);
        await using var scene = WithStages(new ScriptedStage((_, _, stop) =>
        {
            begun.TrySetResult(stop);
            gate.Wait(CancellationToken.None);
            return Task.FromResult<StageResult>(new StageResult.Done(ScriptedStage.Good));
        }));
        scene.Runs.Start(scene.Assigned);
        var token = await begun.Task.WaitAsync(TestDeadline.Default);
        if (isLeftBehind)
        {
            scene.Runs.Update(scene.Server.Task! with { Spec = scene.Assigned.Spec with { Cancel = true } });
        }

        await scene.SlotIsFreeAsync();
        Assert.False(isLeftBehind && IsReleased(token), "a stage that is left behind lost its token");
        gate.Set();

        await Eventually.TrueAsync(() => IsReleased(token), "the stop to be released");
    }

    [Fact]
    public async Task A_stage_that_goes_on_beyond_timeoutSeconds_is_stopped_from_outside()
    {
        await using var scene = new BrokenScene(
            new Faults(0, () => new InvalidOperationException()), new FaultyClock(new Faults(0, () => new InvalidOperationException())),
            [new ScriptedStage(async (_, _, stop) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                return new StageResult.Done(ScriptedStage.Good);
            })],
            task => task with { Spec = task.Spec with { TimeoutSeconds = 30 } });

        await scene.RunAsync();

        var task = scene.Server.Task!;
        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.Timeout), (task.Status.Phase, task.Status.Verdict, task.Status.FailureReason));
        Assert.True(task.Status.Conditions.IsTrue(ConditionTypes.Completed));
    }

    [Fact]
    public async Task A_hung_stage_does_not_hold_the_end_of_the_process()
    {
        var time = new ManualTimeProvider();
        var begun = new TaskCompletionSource();
        using var never = new ManualResetEventSlim();
        using var hurry = new CancellationTokenSource();
        await using var scene = new BrokenScene(new Faults(0, () => new InvalidOperationException()), time, [new ScriptedStage((_, _, _) =>
        {
            begun.TrySetResult();
            never.Wait(CancellationToken.None);
            return Task.FromResult<StageResult>(new StageResult.Done(ScriptedStage.Good));
        })]);
        scene.Runs.Start(scene.Assigned);
        await begun.Task.WaitAsync(TestDeadline.Default);

        var shutdown = scene.Runs.ShutdownAsync(TimeSpan.FromMinutes(10), hurry.Token);
        await hurry.CancelAsync();
        await time.AdvanceUntilAsync(() => shutdown.IsCompleted, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5), "the shutdown to end");
        never.Set();

        Assert.True(time.Elapsed <= 2 * RunSupervisor.HurriedGrace + TimeSpan.FromSeconds(0.5), $"it took {time.Elapsed}");
    }

    [Fact]
    public async Task A_result_that_neither_the_disk_nor_the_API_server_took_is_delivered_from_memory()
    {
        await using var scene = WithStages(ScriptedStage.Ending(ScriptedStage.Good));
        var isDown = true;
        scene.Server.Refuses = patch =>
        {
            if (patch.Any(o => (string?)o!["path"] == "/status/claim"))
            {
                Break(scene.OutboxFolder);
                return null;
            }

            return isDown ? new KubernetesUnreachableException(new Uri("https://one.example"), UnreachableReason.Refused, "down") : null;
        };

        await scene.RunAsync();
        Assert.Equal(TaskPhase.Running, scene.Server.Task!.Status.Phase);
        isDown = false;

        await Eventually.TrueAsync(() => scene.Server.Task!.Status.Phase == TaskPhase.Succeeded, "the result to be delivered");
    }

    [Fact]
    public async Task A_claim_that_arrived_without_an_answer_is_given_back()
    {
        await using var scene = WithStages(ScriptedStage.Ending(ScriptedStage.Good));
        var isDown = false;
        scene.Server.Refuses = patch =>
        {
            if (!isDown && patch.Any(o => (string?)o!["path"] == "/status/claim"))
            {
                isDown = true;
                scene.Server.Change(task => task["status"]!["phase"] = "Running");
                scene.Server.Change(task => task["status"]!["claim"] = new JsonObject { ["holder"] = Tasks.Me });
            }

            return isDown ? TaskServer.Error(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable") : null;
        };

        await scene.RunAsync();
        Assert.Equal(TaskPhase.Running, scene.Server.Task!.Status.Phase);
        scene.Server.Refuses = _ => null;

        var task = await scene.SettledAsync("a claim without an answer");
        Assert.Equal((TaskPhase.Pending, "Unclaimed"), (task.Status.Phase, task.Status.Attempts[0].Reason));
    }

    [Fact]
    [Trait("Kind", "12")]
    public async Task The_conditions_of_an_ended_task_speak_of_the_spec_that_it_has_by_then()
    {
        var gate = new GatedStage();
        await using var scene = WithStages(gate);
        scene.Runs.Start(scene.Assigned);
        await gate.Begun;

        // A change that no watch has shown yet.
        scene.Server.Change(task => task["metadata"]!["generation"] = 7);
        gate.Finish();
        await scene.SlotIsFreeAsync();

        Assert.Equal(7, scene.Server.Task!.Status.Conditions.Find(ConditionTypes.Completed)!.ObservedGeneration);
        Assert.Equal("foreman-transcript-task", scene.Server.Task.Status.TranscriptRef);
        Assert.Equal("foreman-transcript-task", scene.Server.Task.Status.Result!["extra"]!["transcriptRef"]!["name"]!.GetValue<string>());
    }

    [Fact]
    [Trait("Kind", "12")]
    public async Task A_task_that_is_gone_with_its_namespace_ends_the_run_at_its_next_progress()
    {
        var none = new Faults(0, () => new InvalidOperationException());
        var time = new FaultyClock(none);
        await using var scene = new BrokenScene(none, time, [new ScriptedStage(async (_, reportProgress, stop) =>
        {
            for (var turn = 1; ; turn++)
            {
                reportProgress(new TaskProgress { Turn = turn });
                await Task.Delay(TimeSpan.FromSeconds(3), time, stop);
            }
        })]);
        scene.Runs.Start(scene.Assigned);
        await Eventually.TrueAsync(() => scene.Server.Task!.Status.Progress?.Turn > 0, "the first progress");
        scene.Server.Delete();

        await scene.SlotIsFreeAsync();

        Assert.Equal(0, scene.Waiting);
    }

    [Fact]
    [Trait("Kind", "15")]
    public async Task A_full_disk_of_the_transcripts_is_the_disks_fault_and_not_the_agents()
    {
        const string Path = "/state/transcripts/one.jsonl";
        await using var scene = WithStages(new ScriptedStage((_, _, _) =>
            throw new TranscriptException($"cannot write the transcript `{Path}`", new IOException($"No space left on device : '{Path}'", 28))));

        await scene.RunAsync();

        var entry = Assert.Single(scene.Server.Task!.Status.Attempts);
        Assert.Equal((AttemptOutcome.GivenBack, "DiskPressure"), (entry.Outcome, entry.Reason));
        Assert.Contains(Path, entry.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("fault of the agent", entry.Message, StringComparison.Ordinal);
    }

    // Two stages with reads, reports and waits between them, as those of a real run have.
    private static BrokenScene Scene(Faults faults)
    {
        var time = new FaultyClock(faults);
        BrokenScene? scene = null;
        var first = new ScriptedStage(async (record, _, stop) =>
        {
            faults.Point("stage: begins");
            await scene!.Server.TryReadAsync<Agent>("agent", "space", stop);
            faults.Point("stage: has read");
            return new StageResult.Next(record with { Workspace = "w" });
        });
        var second = new ScriptedStage(async (_, reportProgress, stop) =>
        {
            faults.Point("stage: transcript");
            reportProgress(new TaskProgress { Turn = 1, Tool = "grep" });
            await Task.Delay(TimeSpan.FromSeconds(3), time, stop);
            faults.Point("stage: tool");
            reportProgress(new TaskProgress { Turn = 2 });
            await Task.Yield();
            faults.Point("stage: report");
            return new StageResult.Done(ScriptedStage.Good);
        });
        return scene = new BrokenScene(faults, time, [first, second]);
    }

    // Only a source that was disposed of hands out no handle.
    private static bool IsReleased(CancellationToken token)
    {
        try
        {
            return token.WaitHandle is null;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    // Nothing can be written there from now on.
    private static void Break(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            Directory.Delete(folder, recursive: true);
            File.WriteAllText(folder, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is being written right now.
        }
    }

    private static BrokenScene WithStages(params IStage[] stages)
    {
        var none = new Faults(0, () => new InvalidOperationException());
        return new BrokenScene(none, new FaultyClock(none), stages);
    }
}
