using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.DemoModel;
using Foreman.Operator.DevClusters;
using Foreman.Operator.Hosting;
using Foreman.Operator.Live;
using Foreman.Primitives;
using Spectre.Console;

namespace Foreman.Operator.Try;

/// <summary>
/// <c>try</c>, start to end: cluster and operator in this process, model and agents in processes of their own, one task.
/// Everything that was started has ended when it returns, however it returns.
/// </summary>
internal sealed class TryRun
{
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(60);
    private static readonly PatchOptions Applying = new() { FieldManager = "foreman-try", Force = true, FieldValidation = FieldValidation.Strict };

    private readonly TryOptions _options;
    private readonly ConsoleStreams _console;
    private readonly TryFolder _folder = new();
    private readonly string _agentProgram;

    private TryRun(TryOptions options, ConsoleStreams console, string agentProgram) =>
        (_options, _console, _agentProgram) = (options, console, agentProgram);

    /// <returns>0 for verdict GO, else what <see cref="ExitCodes"/> says.</returns>
    public static async Task<int> RunAsync(TryOptions options, ConsoleStreams console, StopSignals signals)
    {
        var begun = options with { BaseBranch = options.Repo is { } repo ? CheckedOutBranch.Of(repo) : null };
        var run = new TryRun(begun, console, Programs.Agent(console.Environment));
        try
        {
            return await run.RunAsync(signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync("foreman-operator: interrupted; everything that was started has ended.");
            return ExitCodes.Interrupted;
        }
        finally
        {
            run._folder.Cleanup();
        }
    }

    private TextWriter Progress => _options.Json ? _console.Error : _console.Out;

    private async Task<int> RunAsync(CancellationToken stop)
    {
        if (!_options.Json)
        {
            await _console.Out.WriteLineAsync(_options.Repo is { } repo
                ? $"Foreman, start to end on this machine: a cluster, a host, one change in {repo}, which begins at the last commit{(_options.BaseBranch is { } branch ? $" of {Printable.Line(branch)}" : "")}: what is not committed there is no part of it."
                : "Foreman, start to end on this machine: a cluster, a host, one task.");
            await _console.Out.WriteLineAsync();
        }

        var named = await FindModelAsync(stop);
        await using var cluster = await LocalCluster.StartAsync(new LocalClusterOptions(_folder.Cluster, 0, _console.Time), stop);
        await using var demo = named is null ? await DemoModelProcess.StartAsync(_folder, _console.Time, stop) : null;
        var model = named ?? demo!.Source;
        var environment = await IdentifyAsync(cluster, stop);
        await using var operation = TryOperator.Start(environment, _options.Schedule is null ? [] : [Manifests.Schedule(_options)], stop);
        await using var agents = AgentProcesses.Start(_options, environment, model);
        using var client = ClientFactory.Create(cluster.KubeconfigPath, null, _console.Time, operation.Logger);
        var state = new TryState { Cluster = TryFormat.Trim(cluster.Url), Model = model };
        if (_options.Schedule is not null)
        {
            return await RunUntilFailureAsync(operation, agents, end => ShowScheduleAsync(client, state, end), stop);
        }

        var result = await RunUntilFailureAsync(operation, agents, end => ShowAsync(client, state, end), stop);
        await WriteResultAsync(result, cluster.KubeconfigPath);
        if (_options.Keep)
        {
            await Progress.WriteLineAsync("\nThe cluster keeps running. Ctrl-C ends it.");
            await Progress.FlushAsync(CancellationToken.None);
            await Task.WhenAny(stop.WhenCancelledAsync(), agents.WatchAsync(), operation.Ended);
        }

        return result.Success ? ExitCodes.Done : ExitCodes.Failed;
    }

    // Operator and hosts have the accounts that they have elsewhere; the person at the console owns the cluster.
    private async Task<TryEnvironment> IdentifyAsync(LocalCluster cluster, CancellationToken stop)
    {
        using var owner = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.KubeconfigPath));
        var kubeconfig = await LocalIdentities.ForOperatorAsync(cluster, owner, stop);
        var hosts = new List<(string Node, string Kubeconfig)>();
        foreach (var node in AgentProcesses.Names(_options.Nodes))
        {
            hosts.Add((node, await LocalIdentities.ForHostAsync(cluster, owner, node, stop)));
        }

        return new TryEnvironment(_folder, kubeconfig, hosts, _agentProgram, _console.Time);
    }

    private async Task<ModelSource?> FindModelAsync(CancellationToken stop)
    {
        if (_options.ModelUrl is null && _options.Model == DemoModelServer.ModelName)
        {
            return null;
        }

        var lookup = new ModelLookup(_console.Time);
        return _options.ModelUrl is { } url
            ? await lookup.NamedAsync(url, _options.Model, stop)
            : await lookup.LocalAsync(_options.Model, stop);
    }

    // When one process exits, the whole run ends with its output.
    private static async Task<T> RunUntilFailureAsync<T>(
        TryOperator operation, AgentProcesses agents, Func<CancellationToken, Task<T>> work, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var shown = work(either.Token);
        var first = await Task.WhenAny(shown, agents.WatchAsync(), operation.Ended);
        if (first == shown)
        {
            return await shown;
        }

        await either.CancelAsync();
        await Task.WhenAny(shown);
        stop.ThrowIfCancellationRequested();
        await first;
        throw new ExitException(ExitCodes.Failed, "the operator ended by itself");
    }

    private async Task<TryResult> ShowAsync(IKubernetes client, TryState state, CancellationToken stop)
    {
        var watcher = new TryWatcher(client, _options.TaskName, _console.Time);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var follow = watcher.RunAsync(following.Token);
        TryState? last = null;
        try
        {
            await View().ShowAsync(async report => last = await WorkAsync(client, watcher, state, report, stop));
        }
        finally
        {
            await following.CancelAsync();
            await follow;
        }

        var task = last!.Task!;
        return new TryResult(task, state.Model!, _options.Repo is null ? FileOf(task) : null, last.ToRunning, last.ToDone ?? TimeSpan.Zero) { Repo = _options.Repo };
    }

    private async Task<int> ShowScheduleAsync(IKubernetes client, TryState state, CancellationToken stop)
    {
        var watcher = new TryWatcher(client, _options.TaskName, _console.Time);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var follow = watcher.RunAsync(following.Token);
        try
        {
            await new LinesView<TryState>(Progress, new TryState(), PlainLines.Between).ShowAsync(report => ReadyAsync(client, watcher, state, report, stop));
            return await new ScheduledTries(client, _options, _console).RunAsync(stop);
        }
        finally
        {
            await following.CancelAsync();
            await follow;
        }
    }

    private async Task<TryState> WorkAsync(IKubernetes client, TryWatcher watcher, TryState state, Action<TryState> report, CancellationToken stop)
    {
        state = await ReadyAsync(client, watcher, state, report, stop);
        watcher.OnTaskCreated();
        await client.Dynamic.ApplyAsync(Manifests.Task(_options), Applying, stop);
        return await watcher.UntilAsync(state, s => s.Task?.IsTerminal() == true, report, stop);
    }

    // Hosts that have the model, and the Agent that uses it.
    private async Task<TryState> ReadyAsync(IKubernetes client, TryWatcher watcher, TryState state, Action<TryState> report, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(NodeTimeout, _console.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        try
        {
            state = await watcher.UntilAsync(state, s => s.Nodes.Count == _options.Nodes && s.Nodes.Values.All(n => IsUsable(n, s.Model!)), report, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ExitException(
                ExitCodes.Failed, $"no host became Ready with model {state.Model!.Name} within {NodeTimeout.TotalSeconds:0} s; the logs are in {_folder.Logs}");
        }

        await client.Dynamic.ApplyAsync(Manifests.Agent(ModelMatch.NameOf(state.Nodes.Values.First(), state.Model!)!), Applying, stop);
        return state;
    }

    private static bool IsUsable(FleetNode node, ModelSource model) => TryFormat.IsReady(node) && ModelMatch.NameOf(node, model) is not null;

    private ILiveView<TryState> View() => _console.Terminal && !_options.Json
        ? new PictureView<TryState>(Terminals.Of(_console), new TryState(), TableView.Render)
        : new LinesView<TryState>(Progress, new TryState(), PlainLines.Between);

    private string? FileOf(AgenticTask task)
    {
        var files = task.Status.Result?["extra"]?["files"] as System.Text.Json.Nodes.JsonArray;
        if ((string?)files?.FirstOrDefault()?["path"] is not { } path || task.Status.AssignedNode is not { } node)
        {
            return null;
        }

        var root = Path.Combine(_folder.Workspaces(node), Manifests.Namespace);
        return Directory.EnumerateDirectories(root, $"{task.Name()}-{task.Status.Attempt}*")
            .Select(folder => Path.Combine(folder, path))
            .FirstOrDefault(File.Exists);
    }

    private async Task WriteResultAsync(TryResult result, string kubeconfig)
    {
        foreach (var line in ResultText.Lines(result, kubeconfig, _options.Keep))
        {
            await Progress.WriteLineAsync(line);
        }

        await Progress.FlushAsync(CancellationToken.None);
        if (_options.Json)
        {
            await _console.Out.WriteLineAsync(result.ToJson());
            await _console.Out.FlushAsync(CancellationToken.None);
        }
    }
}
