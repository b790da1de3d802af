using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Repositories;
using Foreman.Runner.Retention;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Retention;

[Trait("Kind", "15")]
public sealed class RetentionLoopTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Old_workspaces_and_transcripts_go_with_all_that_belongs_to_them_and_one_line_tells_it()
    {
        Workspace("space", "old-1", days: 8);
        Workspace("space", "old-1~1", days: 8);
        Workspace("space", "new-2", days: 1);
        Transcript("u-1", days: 8, contents: 3);
        Transcript("u-2", days: 1, contents: 1);

        Sweep(Policy());

        Assert.Equal(["space/new-2/made.txt"], Files("work"));
        Assert.Equal(["transcripts/u-2.content/0", "transcripts/u-2.jsonl"], Files("state"));
        var line = Assert.Single(_logger.Entries).Message;
        Assert.Contains("what 3 runs left", line, StringComparison.Ordinal);
        Assert.Contains($"{(2 * 4) + 2 + (3 * 10)} bytes", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_remove_is_not_told()
    {
        Workspace("space", "new-1", days: 1);

        Sweep(Policy());

        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public void The_oldest_go_when_all_together_are_too_large()
    {
        Transcript("u-1", days: 3, contents: 10);
        Workspace("space", "a-1", days: 2);
        Transcript("u-2", days: 1, contents: 10);

        Sweep(new RetentionPolicy(TimeSpan.FromDays(7), 110));

        Assert.Equal(["space/a-1/made.txt"], Files("work"));
        Assert.Equal(11, Files("state").Count());
    }

    [Fact]
    public void A_workspace_in_which_one_file_changed_lately_is_not_old()
    {
        Workspace("space", "a-1", days: 9);
        Age(_folder.Write("work/space/a-1/deep/down/late.txt", "x"), days: 1);

        Sweep(Policy());

        Assert.Equal(2, Files("work").Count());
    }

    [Fact]
    public void Links_are_not_followed_out_and_what_they_lead_to_stays()
    {
        Workspace("space", "a-1", days: 8);
        Age(_folder.Write("outside/kept.txt", "x"), days: 99);
        Directory.CreateSymbolicLink(_folder["work/space/a-1/out"], _folder["outside"]);
        Directory.CreateSymbolicLink(_folder["work/space/b-1"], _folder["outside"]);
        Directory.CreateSymbolicLink(_folder["work/elsewhere"], _folder["outside"]);
        Directory.CreateDirectory(_folder["state/transcripts"]);
        Directory.CreateSymbolicLink(_folder["state/transcripts/u-1.content"], _folder["outside"]);
        Age(_folder["work/space/a-1"], days: 8);

        Sweep(Policy());

        Assert.False(Directory.Exists(_folder["work/space/a-1"]));
        Assert.Equal("x", File.ReadAllText(_folder["outside/kept.txt"]));
    }

    [Fact]
    public void Folders_that_no_run_made_are_left_alone()
    {
        Age(_folder.Write("work/photos/summer-1/a.jpg", "x"), days: 99);
        Age(_folder.Write("work/notes.txt", "x"), days: 99);
        Workspace("space", "a-1", days: 1);
        Age(_folder.Write("work/space/My Files/a.txt", "x"), days: 99);
        Age(_folder.Write("work/space/plain/a.txt", "x"), days: 99);
        Age(_folder.Write("state/outbox/u-1.json", "x"), days: 99);
        Age(_folder.Write("state/transcripts/notes.txt", "x"), days: 99);
        foreach (var folder in Directory.GetDirectories(_folder.Path, "*", SearchOption.AllDirectories))
        {
            Age(folder, days: 99);
        }

        Sweep(Policy());

        Assert.Equal(5, Files("work").Count());
        Assert.Equal(2, Files("state").Count());
    }

    [Fact]
    public void A_folder_that_nothing_shows_to_be_ours_is_told_of_once()
    {
        _folder.Write("work/photos/summer-1/a.jpg", "x");
        _folder.Write("work/space/plain/a.txt", "x");
        var loop = new RetentionLoop(Runner(), Options(), Policy(), TimeProvider.System, _logger);

        loop.Sweep(CancellationToken.None);
        loop.Sweep(CancellationToken.None);

        Assert.Contains($"create the empty file {_folder["work/photos/.foreman-workspaces"]}", Assert.Single(_logger.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_fault_of_a_look_reaches_the_host()
    {
        var clock = new FaultyClock(new Faults(1, () => new OverflowException("a sum")));

        new RetentionLoop(Runner(), Options(), Policy(), clock, _logger).Sweep(CancellationToken.None);

        Assert.Contains("a sum", Assert.Single(_logger.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_no_fault()
    {
        Sweep(Policy());

        Assert.Empty(_logger.Entries);
    }

    [Theory]
    [DevCluster]
    public async Task A_run_under_way_keeps_its_workspace_and_transcript(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var task = await bed.AssignedAsync("task");
        var gate = new GatedStage();
        var options = Options();
        var runner = bed.Runner("host-a/1", gate, stateDirectory: options.StateDirectory);
        WorkspaceFolder.MakeRoom(_folder[$"work/{bed.Space}/task-1"]);
        Age(_folder.Write($"work/{bed.Space}/task-1/made.txt", "made"), days: 99);
        Age(_folder[$"work/{bed.Space}/task-1"], days: 99);
        Transcript($"{task.Uid()}-1", days: 99, contents: 1);
        var run = runner.RunAsync(task, new RunSignals(), CancellationToken.None);
        await gate.Begun;

        new RetentionLoop(runner, options, Policy(), TimeProvider.System, _logger).Sweep(CancellationToken.None);
        Assert.Single(Files("work"));
        Assert.Equal(2, Files("state/transcripts").Count());
        gate.Finish();
        await run.WaitAsync(TestDeadline.Default);
        new RetentionLoop(runner, options, Policy(), TimeProvider.System, _logger).Sweep(CancellationToken.None);

        Assert.Empty(Files("work"));
        Assert.Empty(Files("state/transcripts"));
    }

    [Fact]
    public async Task It_looks_at_the_start_and_every_hour()
    {
        var time = new ManualTimeProvider();
        Workspace("space", "a-1", days: 3650);
        await using (new RetentionLoop(Runner(), Options(), Policy(), time, _logger).Start())
        {
            await Eventually.TrueAsync(() => _logger.Entries.Count == 1, "the first look");
            Workspace("space", "b-1", days: 3650);
            await Eventually.TrueAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromHours(1));
                    return _logger.Entries.Count == 2;
                },
                "the second look");
        }
    }

    [Fact]
    public void Mirrors_go_by_their_own_bounds_and_one_that_is_worked_on_stays()
    {
        Mirror("old.git", days: 31);
        Mirror("busy.git", days: 31);
        Mirror("new.git", days: 1);
        var options = Options() with { Repositories = new RepositoryOptions { StateFolder = _folder["git"] } };

        using (new FileStream(_folder["git/mirrors/busy.git.lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            new RetentionLoop(Runner(), options, Policy(), TimeProvider.System, _logger).Sweep(CancellationToken.None);
        }

        Assert.Equal(["busy.git", "new.git"], Directory.GetDirectories(_folder["git/mirrors"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("old.git", Assert.Single(_logger.Entries).Message, StringComparison.Ordinal);
        new RetentionLoop(Runner(), options, Policy(), TimeProvider.System, _logger).Sweep(CancellationToken.None);
        Assert.Equal(["new.git"], Directory.GetDirectories(_folder["git/mirrors"]).Select(Path.GetFileName));
    }

    private static RetentionPolicy Policy() => RetentionPolicy.Default;

    private void Sweep(RetentionPolicy policy) => new RetentionLoop(Runner(), Options(), policy, TimeProvider.System, _logger).Sweep(CancellationToken.None);

    private TaskRunner Runner() => new(
        new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("http://127.0.0.1:1") }), Options(), TimeProvider.System, NullLogger.Instance,
        StageRegistry.Stub(TimeSpan.Zero, TimeProvider.System, NullLogger.Instance));

    private RunnerOptions Options() => new()
    {
        Holder = "host-a/1",
        NodeName = "host-a",
        Placement = Placement.Node,
        Program = RunnerProgram.Agent,
        WorkspaceRoot = _folder["work"],
        StateDirectory = _folder["state"],
    };

    private void Workspace(string space, string name, int days)
    {
        WorkspaceFolder.MakeRoom(_folder[$"work/{space}/{name}"]);
        Age(_folder.Write($"work/{space}/{name}/made.txt", "made"), days);
        Age(_folder[$"work/{space}/{name}"], days);
    }

    private void Mirror(string name, int days)
    {
        _folder.Write($"git/mirrors/{name}/objects/pack/one.pack", "0123456789");
        Age(_folder.Write($"git/mirrors/{name}/foreman-used", ""), days);
    }

    private void Transcript(string name, int days, int contents)
    {
        Age(_folder.Write($"state/transcripts/{name}.jsonl", "{}"), days);
        for (var i = 0; i < contents; i++)
        {
            Age(_folder.Write($"state/transcripts/{name}.content/{i}", "0123456789"), days);
        }

        Age(_folder[$"state/transcripts/{name}.content"], days);
    }

    private static void Age(string path, int days)
    {
        var at = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-days);
        if (Directory.Exists(path))
        {
            Directory.SetLastWriteTimeUtc(path, at);
        }
        else
        {
            File.SetLastWriteTimeUtc(path, at);
        }
    }

    private IEnumerable<string> Files(string below) => !Directory.Exists(_folder[below]) ? []
        : Directory.EnumerateFiles(_folder[below], "*", SearchOption.AllDirectories)
            .Where(f => !Path.GetFileName(f).StartsWith('.'))
            .Select(f => Path.GetRelativePath(_folder[below], f)).Order(StringComparer.Ordinal);
}
