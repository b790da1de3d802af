using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Hosting;

/// <summary>A host with the real agent program. Where the cluster has rights to give, it is enrolled and has those of the chart and no others.</summary>
internal sealed class AgentHost : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly Func<Task> _leave;

    private AgentHost(TempFolder folder, RealProcess process, string kubeconfig, Func<Task> leave) =>
        (_folder, Process, Kubeconfig, _leave) = (folder, process, kubeconfig, leave);

    public RealProcess Process { get; }

    /// <summary>The identity that it works with.</summary>
    public string Kubeconfig { get; }

    /// <summary>Its identity, outbox, transcripts and audit log.</summary>
    public string StateFolder => _folder["state"];

    public string Workspaces => _folder["work"];

    /// <summary>Skips the test where a host can't confine commands.</summary>
    /// <param name="client">The API.</param>
    /// <param name="node">Name of its FleetNode.</param>
    public static async Task NeedsSandboxAsync(IKubernetes client, string node)
    {
        var sandbox = await Eventually.GetAsync(async () => (await client.TryReadAsync<FleetNode>(node))?.Status?.Capability?.Sandbox, $"{node} to tell of its sandbox");
        Assert.SkipUnless(sandbox.RunsCommands(), $"this host confines no commands: {sandbox.Reason}");
    }

    /// <summary>Enrolls a host and starts its agent; returns when it is in the fleet.</summary>
    /// <param name="cluster">Where it works.</param>
    /// <param name="release">Namespace of the operator and of the hosts' Leases.</param>
    /// <param name="tasks">Namespace of its tasks.</param>
    /// <param name="node">Name of its FleetNode.</param>
    /// <param name="environment">More variables of the process.</param>
    public static async Task<AgentHost> StartAsync(
        IClusterUnderTest cluster, string release, string tasks, string node, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var folder = new TempFolder();
        try
        {
            var kubeconfig = cluster.EnforcesRbac ? await EnrolledAsync(cluster, folder, release, tasks, node) : cluster.AdminKubeconfigPath;
            var process = RealProcess.Start(new ProcessRequest
            {
                Program = ReleasedBinaries.Agent,
                Arguments =
                [
                    "--kubeconfig", kubeconfig, "--fleet-node-name", node, "--foreman-namespace", release, "--task-namespace", tasks,
                    "--state-dir", folder["state"], "--workspace-dir", folder["work"], "--keep-workspace", "--verbose",
                ],
                WorkingDirectory = folder.Path,
                Environment = new Dictionary<string, string?>(environment ?? new Dictionary<string, string?>()) { ["HOME"] = folder.MakeFolder("home") },
            });
            var host = new AgentHost(folder, process, kubeconfig, () => cluster.Kubectl.RunAsync("delete", "fleetnode", node, "--ignore-not-found"));
            try
            {
                await process.WaitForLineAsync("is in the fleet as");
                return host;
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Runs <c>foreman-operator enroll</c> as the admin, and again, as people do, while it can't connect to an API server that is too busy.</summary>
    public static async Task<CommandRun> EnrollAsync(IClusterUnderTest cluster, params string[] arguments)
    {
        using var deadline = TestDeadline.Start(TimeSpan.FromMinutes(1));
        while (true)
        {
            var run = await CommandRun.RunAsync(new ProcessRequest
            {
                Program = ReleasedBinaries.Operator,
                Arguments = ["enroll", .. arguments, "--kubeconfig", cluster.AdminKubeconfigPath],
            });
            if (run.ExitCode != ExitCodes.NotReachable || deadline.Passed)
            {
                return run;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();

        // Its Lease goes on for a while, so that tasks of the next test would be placed on it.
        await _leave();
        _folder.Dispose();
    }

    private static async Task<string> EnrolledAsync(IClusterUnderTest cluster, TempFolder folder, string release, string tasks, string node)
    {
        var rights = await new Helm(cluster.AdminKubeconfigPath, folder).RunAsync(
            "template", "foreman", RepositoryRoot.At("charts/foreman"), "--namespace", release, "--set", $"taskNamespaces={{{tasks}}}",
            "--show-only", "templates/hosts.yaml", "--show-only", "templates/hosts-clusterrole.yaml", "--show-only", "templates/hosts-roles.yaml");
        await cluster.Kubectl.ApplyAsync(rights);
        var enrolled = await EnrollAsync(cluster, node, "--namespace", release, "--output", "-");
        return folder.Write("kubeconfig", enrolled.Succeeded().Output);
    }
}
