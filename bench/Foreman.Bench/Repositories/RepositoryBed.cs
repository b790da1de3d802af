using System.Globalization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner;
using Foreman.Runner.Repositories;
using Foreman.Runner.Stages;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Bench.Repositories;

/// <summary>A host and a git server behind HTTPS: repositories are made here, and checked out by the stage that runs do it with.</summary>
internal sealed class RepositoryBed : IAsyncDisposable
{
    private readonly TempFolder _folder = new("foreman-bench-");
    private readonly GitServer _server;
    private readonly RunnerOptions _options;
    private readonly CheckoutStage _checkout;
    private readonly RepositoryHost _host;
    private int _runs;

    private RepositoryBed(GitServer server, TimeProvider time)
    {
        _server = server;
        _server.IsOpen = true;
        _options = new RunnerOptions { Holder = "bench/1", NodeName = "bench", Placement = Placement.Node, Program = RunnerProgram.Agent, WorkspaceRoot = _folder["work"], StateDirectory = _folder["state"] };
        var repositories = new RepositoryOptions { StateFolder = _folder["git"], Network = new Dictionary<string, string> { ["GIT_SSL_CAINFO"] = _server.CertificateFile } };
        _host = new RepositoryHost(repositories, time, NullLogger.Instance);
        _checkout = new CheckoutStage(_host, _options, CheckoutStage.Working);
    }

    public static async Task<RepositoryBed> StartAsync(TimeProvider time) => new(await GitServer.StartAsync(), time);

    /// <summary>Makes a repository with one commit on main, and returns its address.</summary>
    public async Task<string> CreateAsync(string name, IEnumerable<(string Path, string Text)> files)
    {
        var bare = await _server.CreateAsync($"bench/{name}");
        var clone = await GitFolder.InitAsync(_folder[$"clones/{name}"]);
        foreach (var (path, text) in files)
        {
            clone.Write(path, text);
        }

        await clone.CommitAsync("Begin");
        await clone.PushAsync(bare, "main");
        return $"{_server.Url}/bench/{name}.git";
    }

    /// <summary>A further run, which has done nothing yet.</summary>
    public RunRecord NewRun(string repo)
    {
        var task = new AgenticTask
        {
            Metadata = new V1ObjectMeta { Name = string.Create(CultureInfo.InvariantCulture, $"run-{++_runs}"), NamespaceProperty = "bench", Uid = Guid.NewGuid().ToString() },
            Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, Payload = new TaskPayload { Prompt = "Mend add in calc.py", Repo = repo } },
            Status = new AgenticTaskStatus { Attempt = 1 },
        };
        var attempt = new Attempt(task, _options.Holder);
        var record = new RunRecord(attempt, 0) { Workspace = WorkspaceFolder.PathOf(_options.WorkspaceRoot, attempt) };
        WorkspaceFolder.MakeRoom(record.Workspace);
        return record;
    }

    /// <summary>Checks a run's repository out, as its stage does.</summary>
    public async Task<RunRecord> CheckOutAsync(RunRecord record, CancellationToken stop) => Next(await _checkout.RunAsync(record, _ => { }, stop));

    /// <summary>The record that a stage gives.</summary>
    public static RunRecord Next(StageResult result) => result is StageResult.Next next ? next.Record : throw new InvalidOperationException($"the stage gave {result}");

    /// <summary>Removes what a run left.</summary>
    public static void Remove(RunRecord record)
    {
        RunCleanup.RemoveRepository(record, NullLogger.Instance);
        RunCleanup.RemoveWorkspace(record, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
