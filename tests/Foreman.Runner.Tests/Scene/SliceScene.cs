using Foreman.Api;
using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Runner.Repositories;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Gates;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A clone with a branch for each slice of work, and tasks on them: real git, the real sandbox, no model.</summary>
internal sealed class SliceScene : IDisposable
{
    public const string Union = "foreman/all";

    private SliceScene(TestBed bed, LocalRepository clone) => (Bed, Clone) = (bed, clone);

    public TestBed Bed { get; }

    public LocalRepository Clone { get; }

    /// <summary>Two slices that agree: the parser defines WidgetID, and the printer uses it.</summary>
    public static async Task<SliceScene> StartAsync(IClusterUnderTest cluster)
    {
        var bed = await TestBed.StartAsync(cluster);
        var scene = new SliceScene(bed, await LocalRepository.CreateAsync(bed.Folder["clone"], ("go.txt", "module\n"), ("old.txt", "to be removed\n"), ("contract.md", "Use `WidgetID`.\n")));
        await scene.BranchAsync("parser", ("pkg/parse.txt", "type WidgetID\n"));
        await scene.BranchAsync("printer", ("pkg/print.txt", "print\nprint WidgetID\n"));
        return scene;
    }

    public static TaskSlice Slice(string name, params string[] files) => new() { Name = name, Branch = name, Files = files.Length == 0 ? null : files };

    /// <summary>Commits files on a branch, which is made at main when it is not there; main is checked out afterwards.</summary>
    public async Task BranchAsync(string branch, params (string Path, string Text)[] files)
    {
        var isThere = (await Clone.TryGitAsync("rev-parse", "--verify", "--quiet", branch)).ExitCode == 0;
        await Clone.GitAsync(isThere ? ["checkout", "--quiet", branch] : ["checkout", "--quiet", "-b", branch, "main"]);
        await Clone.CommitAsync($"Work on {branch}", files);
        await Clone.GitAsync("checkout", "--quiet", "main");
    }

    /// <summary>A task on the two slices.</summary>
    public Task<AgenticTask> CreateAsync(TaskKind kind, Func<TaskPayload, TaskPayload>? change = null, string? test = "test -f pkg/parse.txt && test -f pkg/print.txt") => Bed.CreateAsync("task", s => s with
    {
        Kind = kind,
        GateProfile = test is null ? null : new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Test = test } },
        Payload = (change ?? (p => p)).Invoke(new TaskPayload
        {
            Repo = Clone.Url,
            Branch = kind == TaskKind.Integrate ? Union : null,
            Slices = [Slice("parser", "pkg/parse.txt"), Slice("printer", "pkg/print.txt")],
        }),
    });

    public async Task<TaskRunner> RunnerAsync(string holder, TaskKind kind, Func<IStage, IStage>? replace = null)
    {
        var cage = await Given.CageAsync();
        return Bed.NativeRunner(holder, kind, Change, replace ?? (s => s));

        RunnerOptions Change(RunnerOptions o) => o with
        {
            Commands = () => new CommandCage(cage, null),
            Repositories = new RepositoryOptions { StateFolder = Bed.Folder[$"{Holder.HostOf(holder)}/git"], Rules = AddressRules.Default with { AllowLocal = true } },
        };
    }

    /// <summary>Assigns the task to a host and runs it there.</summary>
    public async Task<AgenticTask> RunAsync(AgenticTask task, string host = "host-a", Func<IStage, IStage>? replace = null)
    {
        var runner = await RunnerAsync($"{host}/1", task.Spec.Kind, replace);
        var outcome = await runner.RunAsync(await Bed.AssignAsync(task, host), new RunSignals(), CancellationToken.None);
        Assert.Equal(RunOutcomeKind.Ended, outcome.Kind);
        return await Bed.ReadAsync(task.Name());
    }

    public async Task<AgenticTask> RunAsync(TaskKind kind, Func<TaskPayload, TaskPayload>? change = null, string? test = "test -f pkg/parse.txt && test -f pkg/print.txt") =>
        await RunAsync(await CreateAsync(kind, change, test));

    /// <summary>What was found, as lines of place and message.</summary>
    public static IReadOnlyList<string> Findings(AgenticTask task) =>
    [
        .. task.Status.Result!["extra"]!["findings"]!.AsArray().Select(f => $"{(string?)f!["rule"]} {(string?)f["file"]}:{(int?)f["line"]} {(string?)f["slice"]}{((bool?)f["advisory"] == true ? " (told)" : "")}"),
    ];

    public async Task NoUnionAsync(AgenticTask task)
    {
        Assert.Null(task.Status.Branch);
        Assert.Null(task.Status.CommitSHA);
        Assert.NotEqual(0, (await Clone.TryGitAsync("rev-parse", "--verify", "--quiet", Union)).ExitCode);
    }

    public void Dispose() => Bed.Dispose();
}

/// <summary>A stage, and what happens right behind it.</summary>
internal sealed class BehindStage(IStage stage, Func<Task> happens) : IStage
{
    public string Name => stage.Name;

    public bool IsTimed => stage.IsTimed;

    public string? OutsideEffect(RunRecord record) => stage.OutsideEffect(record);

    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        var result = await stage.RunAsync(record, reportProgress, stop);
        await happens();
        stop.ThrowIfCancellationRequested();
        return result;
    }
}
