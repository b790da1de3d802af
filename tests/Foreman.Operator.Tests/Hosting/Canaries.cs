using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Hosting;

/// <summary>Whole runs by the real programs on one host, and the search for secrets in everything that they leave behind or send.</summary>
internal static class Canaries
{
    public const string Node = "canary-host";

    public static RealProcess StartOperator(EmbeddedDevCluster cluster, string space, TempFolder folder, IReadOnlyDictionary<string, string?> environment) => RealProcess.Start(new ProcessRequest
    {
        Program = ReleasedBinaries.Operator,
        Arguments =
        [
            "run", "--kubeconfig", cluster.AdminKubeconfigPath, "--foreman-namespace", space, "--state-dir", folder["operator"],
            "--metrics-bind-address", "0", "--health-probe-bind-address", "0", "--verbose",
        ],
        Environment = environment,
    });

    /// <summary>Waits for the end of a task; skips the running test on a host without a sandbox, which takes no task whose Agent has bash.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="space">Namespace of the task.</param>
    /// <param name="name">Its name.</param>
    /// <param name="logs">What the processes wrote, for the failure.</param>
    public static async Task<AgenticTask> EndOfAsync(KubernetesClient client, string space, string name, Func<string> logs)
    {
        AgenticTask? last = null;
        try
        {
            return await Eventually.GetAsync(
                async () => (last = await client.ReadAsync<AgenticTask>(name, space)).IsTerminal() ? last : null, $"task {name} to end", TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException e)
        {
            var scheduled = last?.Status.Conditions.Find(ConditionTypes.Scheduled);
            Assert.SkipWhen(scheduled?.Reason == Reasons.SandboxUnavailable, scheduled?.Message ?? "");
            throw new TimeoutException($"{e.Message}\n{JsonSerializer.Serialize(last!.Status, ApiJson.Default.AgenticTaskStatus)}\n{logs()}");
        }
    }

    /// <summary>Where something of a run can be read, and a text that shows that it was the right place.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="space">Namespace of the tasks.</param>
    /// <param name="daemon">The operator, which has ended.</param>
    /// <param name="host">The agent, which has ended.</param>
    /// <param name="marks">The texts that show it.</param>
    public static async Task<Dictionary<string, (string Text, string Holds)>> PlacesAsync(KubernetesClient client, string space, RealProcess daemon, AgentHost host, CanaryMarks marks)
    {
        var places = new Dictionary<string, (string, string)>
        {
            ["the log of the operator"] = (daemon.Output, marks.Task),
            ["the log of the agent"] = (host.Process.Output, Node),
            ["transcripts and what else the agent keeps"] = (Leftovers.OfFolder(host.StateFolder), marks.Transcript),
            ["the audit log"] = (Leftovers.OfFolder(Path.Combine(host.StateFolder, "audit")), marks.Audit),
            ["workspaces"] = (string.Join('\n', Directory.EnumerateDirectories(host.Workspaces, "*", SearchOption.AllDirectories)) + '\n' + Leftovers.OfFolder(host.Workspaces), marks.Workspaces),
            ["RunLogs"] = (await Leftovers.OfRunLogsAsync(client, space), marks.RunLogs),
        };
        foreach (var (type, holds) in Kinds(marks))
        {
            places[type.Plural] = (await Leftovers.OfKindAsync(client, type), holds);
        }

        return places;
    }

    /// <summary>No place holds a secret, and none was sent.</summary>
    public static void HoldNone(IReadOnlyDictionary<string, (string Text, string Holds)> places, OtlpReceiver receiver, IEnumerable<string> secrets)
    {
        Assert.All(places, p => Assert.True(p.Value.Text.Contains(p.Value.Holds, StringComparison.Ordinal), $"{p.Key} does not hold '{p.Value.Holds}': it is not what this test means\n{p.Value.Text}"));
        foreach (var secret in secrets)
        {
            Assert.All(places, p => Assert.False(p.Value.Text.Contains(secret, StringComparison.Ordinal), $"{p.Key} holds the secret {secret}"));
            Assert.All(receiver.Paths, path => Assert.False(receiver.HasReceived(path, secret), $"{path} was sent the secret {secret}"));
        }
    }

    private static IEnumerable<(ResourceType Type, string Holds)> Kinds(CanaryMarks marks) =>
    [
        (AgenticTask.Type, marks.Result), (FleetNode.Type, Node), (Agent.Type, marks.Agent), (RunLog.Type, marks.Task),
        (new("", "v1", "ConfigMap", "configmaps", Namespaced: true), marks.Digest),
        (new("", "v1", "Event", "events", Namespaced: true), marks.Task),
        (new("coordination.k8s.io", "v1", "Lease", "leases", Namespaced: true), Node),
    ];
}

/// <summary>Texts that runs leave in the places where a secret is looked for.</summary>
internal sealed record CanaryMarks
{
    /// <summary>In what names a task: the operator's log, events and the metadata of RunLogs.</summary>
    public required string Task { get; init; }

    /// <summary>In the tasks.</summary>
    public required string Result { get; init; }

    /// <summary>In the Agents.</summary>
    public required string Agent { get; init; }

    /// <summary>In what the agent keeps on disk.</summary>
    public required string Transcript { get; init; }

    /// <summary>In the audit log.</summary>
    public required string Audit { get; init; }

    /// <summary>In files and names of workspaces.</summary>
    public required string Workspaces { get; init; }

    /// <summary>In the records that are in the cluster.</summary>
    public required string RunLogs { get; init; }

    /// <summary>In the digests.</summary>
    public required string Digest { get; init; }
}
