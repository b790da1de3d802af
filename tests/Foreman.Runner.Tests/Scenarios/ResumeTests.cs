using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Runs that are given back in their middle and go on where they stood.</summary>
public sealed class ResumeTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_drained_run_goes_on_at_its_last_turn_on_another_host(IClusterUnderTest cluster)
    {
        await using var model = new ScriptedModel();
        using var bed = await TestBed.StartAsync(cluster);
        var assigned = await bed.AssignedAsync("task", model: ModelOf(model));
        await DrainAfterOneTurnAsync(bed, model, assigned);

        var task = await EndsOnAsync("host-b/1", bed, model);

        Assert.Equal((Verdict.Go, new ResumePoint { Attempt = 1, Turn = 1 }), (task.Status.Verdict, task.Status.ResumedFrom));
        Assert.Equal([1, 1], task.Status.Attempts.Select(a => a.Usage!.Turns));
        Assert.Equal((2, "host-a/1"), (task.Status.Usage!.Turns, task.Status.Attempts[0].Holder));
        Assert.Equal(2, task.Status.Result!["extra"]!["turnCount"]!.GetValue<int>());
        var workspace = task.Status.Result["extra"]!["workspace"]!["path"]!.GetValue<string>();
        Assert.StartsWith(bed.Folder["host-b/work"], workspace, StringComparison.Ordinal);
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(workspace, "a.txt")));
        var records = await RecordsAsync(bed, task, "host-b", 2);
        Assert.Equal(["RunStarted", "MessageSent", "MessageSent", "ModelAnswered", "ToolIntended", "ToolReturned", "RunResumed", "ModelAnswered", "ToolReturned", "RunEnded"], records.Select(r => r.GetType().Name));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_run_whose_process_was_killed_goes_on_from_this_hosts_disk(IClusterUnderTest cluster)
    {
        await using var model = new ScriptedModel();
        using var bed = await TestBed.StartAsync(cluster);
        var assigned = await bed.AssignedAsync("task", model: ModelOf(model));
        var running = await KilledAfterOneTurnAsync(bed, model, assigned);

        // What is in the cluster is of no use here: the disk has it.
        await bed.Kubernetes.DeleteAsync<RunLog>(Labels.RunLogName(running.Uid(), 1, 0), bed.Space);
        Assert.Equal(RunOutcomeKind.GivenBack, (await bed.NativeRunner("host-a/2").ReclaimAsync(running, CancellationToken.None)).Kind);
        var task = await EndsOnAsync("host-a/2", bed, model);

        Assert.Equal(new ResumePoint { Attempt = 1, Turn = 1 }, task.Status.ResumedFrom);
        Assert.Equal("AgentRestarted", task.Status.Attempts[0].Reason);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_end_that_was_stored_and_not_reported_is_reported_by_the_next_attempt_which_asks_nothing(IClusterUnderTest cluster)
    {
        await using var model = new ScriptedModel();
        using var bed = await TestBed.StartAsync(cluster);
        var assigned = await bed.AssignedAsync("task", model: ModelOf(model));
        var running = await KilledAfterOneTurnAsync(bed, model, assigned);
        await EndOnDiskAsync(bed.Folder[$"host-a/state/transcripts/{running.Uid()}-1.jsonl"]);

        await bed.NativeRunner("host-a/2").ReclaimAsync(running, CancellationToken.None);
        var second = await RunAsync(bed, await bed.AssignAsync(await bed.ReadAsync("task"), "host-a", ModelOf(model)), "host-a/2");

        Assert.Equal(RunOutcomeKind.Ended, second.Kind);
        var task = await bed.ReadAsync("task");
        Assert.Equal((Verdict.Go, new ResumePoint { Attempt = 1, Turn = 2 }), (task.Status.Verdict, task.Status.ResumedFrom));
        Assert.Equal(0, task.Status.Attempts[1].Usage!.Turns);
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(task.Status.Result!["extra"]!["workspace"]!["path"]!.GetValue<string>(), "a.txt")));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_run_whose_transcript_is_beyond_reach_begins_anew_and_its_entry_says_so(IClusterUnderTest cluster)
    {
        await using var model = new ScriptedModel();
        using var bed = await TestBed.StartAsync(cluster);
        var assigned = await bed.AssignedAsync("task", model: ModelOf(model));
        await DrainAfterOneTurnAsync(bed, model, assigned);
        foreach (var log in (await bed.Kubernetes.ListAsync<RunLog>(bed.Space)).Items)
        {
            await bed.Kubernetes.DeleteAsync<RunLog>(log.Metadata.Name!, bed.Space);
        }

        var task = await EndsOnAsync("host-b/1", bed, model);

        Assert.Null(task.Status.ResumedFrom);
        Assert.Contains("began anew, without the 1 turns of attempt 1 on host-a", task.Status.Attempts[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_edited_Agent_applies_to_the_next_attempt_and_to_no_running_one(IClusterUnderTest cluster)
    {
        await using var model = new ScriptedModel();
        using var bed = await TestBed.StartAsync(cluster);
        var agent = await bed.Kubernetes.CreateAsync(new Agent
        {
            Metadata = new V1ObjectMeta { Name = "coder", NamespaceProperty = bed.Space },
            Spec = BuiltInAgent.Spec with { SystemPrompt = "the first", MaxTurns = 7 },
        });
        var created = await bed.CreateAsync("task", s => s with { AgentRef = new LocalObjectReference { Name = "coder" } });
        var assigned = await bed.AssignAsync(created, model: ModelOf(model));
        await DrainAfterOneTurnAsync(bed, model, assigned, () => bed.Kubernetes.ReplaceAsync(agent with
        {
            Spec = agent.Spec with { SystemPrompt = "the second", MaxTurns = 9, Tools = ["read_file"] },
        }));

        var task = await EndsOnAsync("host-b/1", bed, model);

        var (before, after) = (await RecordsAsync(bed, task, "host-a", 1), await RecordsAsync(bed, task, "host-b", 2));
        Assert.Equal((7, 9), (((RunStarted)before[0]).Agent!.MaxTurns, ((RunStarted)after[0]).Agent!.MaxTurns));
        Assert.Contains("the first", ((MessageSent)before[1]).Content, StringComparison.Ordinal);
        Assert.Contains("the second", ((MessageSent)after[1]).Content, StringComparison.Ordinal);
        Assert.Equal(Verdict.Go, task.Status.Verdict);
    }

    // What a run that submits its result adds to its transcript.
    private static async Task EndOnDiskAsync(string path)
    {
        await using var transcript = JsonLinesTranscript.Open(path);
        TranscriptRecord[] records =
        [
            new ModelAnswered { Turn = 1, ToolCalls = [new ToolCall("000000002", "submit_result", """{"verdict":"GO","summary":"done","commit_message":"Add it"}""")] },
            new ToolReturned
            {
                Turn = 2,
                CallId = "000000002",
                Tool = "submit_result",
                Content = "submitted",
                Submission = new SubmittedResult { Verdict = "GO", Summary = "done", CommitMessage = "Add it" },
            },
            new RunEnded { Turn = 2, Result = new ResultEnvelope { Verdict = Verdict.Go, Summary = "done" } },
        ];
        foreach (var record in records)
        {
            await transcript.AppendAsync(record, CancellationToken.None);
        }

        await transcript.FlushAsync(CancellationToken.None);
    }

    /// <summary>Leaves a run dead while its second turn is under way, and returns the task as it stands then.</summary>
    private static async Task<AgenticTask> KilledAfterOneTurnAsync(TestBed bed, ScriptedModel model, AgenticTask assigned)
    {
        using var kill = new CancellationTokenSource();
        var first = bed.NativeRunner("host-a/1").RunAsync(assigned, new RunSignals(), kill.Token);
        await WriteAsync(model);
        using var left = await model.AskedAsync();
        await kill.CancelAsync();
        Assert.Equal(RunOutcomeKind.Abandoned, (await first).Kind);
        return await bed.ReadAsync("task");
    }

    private static async Task DrainAfterOneTurnAsync(TestBed bed, ScriptedModel model, AgenticTask assigned, Func<Task>? meanwhile = null)
    {
        var signals = new RunSignals();
        var run = RunAsync(bed, assigned, "host-a/1", signals);
        await WriteAsync(model, meanwhile);
        using var left = await model.AskedAsync();
        signals.Drain(DateTimeOffset.UtcNow);
        Assert.Equal((RunOutcomeKind.GivenBack, "Draining"), (await run.WaitAsync(TestDeadline.Default)) is var o ? (o.Kind, o.Reason) : default);
    }

    /// <summary>The next attempt, which ends at once.</summary>
    private static async Task<AgenticTask> EndsOnAsync(string holder, TestBed bed, ScriptedModel model)
    {
        var run = RunAsync(bed, await bed.AssignAsync(await bed.ReadAsync("task"), holder.Split('/')[0], ModelOf(model)), holder);
        var asked = await model.AskedAsync();
        await asked.BeginStreamAsync();
        await asked.SubmitAsync();
        Assert.Equal(RunOutcomeKind.Ended, (await run).Kind);
        return await bed.ReadAsync("task");
    }

    private static async Task WriteAsync(ScriptedModel model, Func<Task>? meanwhile = null)
    {
        using var asked = await model.AskedAsync();
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        await asked.BeginStreamAsync();
        await asked.EndWithCallAsync("write_file", """{"path":"a.txt","content":"one"}""");
    }

    private static Task<RunOutcome> RunAsync(TestBed bed, AgenticTask assigned, string holder, RunSignals? signals = null) =>
        bed.NativeRunner(holder).RunAsync(assigned, signals ?? new RunSignals(), CancellationToken.None);

    private static async Task<IReadOnlyList<TranscriptRecord>> RecordsAsync(TestBed bed, AgenticTask task, string host, long attempt)
    {
        var records = new List<TranscriptRecord>();
        await foreach (var record in JsonLinesTranscript.ReadAsync(bed.Folder[$"{host}/state/transcripts/{task.Uid()}-{attempt}.jsonl"], CancellationToken.None))
        {
            records.Add(record);
        }

        return records;
    }

    private static PromisedModel ModelOf(ScriptedModel model) => new() { Name = "tiny", Server = ModelServerKind.LlamaCpp, Url = model.Endpoint.Url.ToString() };
}
