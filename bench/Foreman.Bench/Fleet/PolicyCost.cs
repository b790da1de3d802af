using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Bench.Fleet;

/// <summary>
/// What the admission policies cost: patches of a task's progress, one after the other, by a host whom they hold, against the same by an account
/// whom none holds.
/// </summary>
internal sealed class PolicyCost : IFleetMeasurement
{
    private const int Rounds = 5;
    private const double LeastPercent = 90;
    private const string Installation = "bench-policies";
    private const string Host = "bench-host";
    private const string Holder = "bench-host-id/1";
    private const string TaskName = "held";

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly PatchOptions OfStatus = new() { Subresource = "status", FieldManager = ApiGroup.FieldManager };

    public string What => "one host's patches of a status: a second with the admission policies against without";

    public string Aim => string.Create(CultureInfo.InvariantCulture, $"≥ {LeastPercent:0} %");

    public async Task<FleetResult> MeasureAsync(FleetCluster cluster, TimeProvider time, CancellationToken stop)
    {
        await PrepareAsync(cluster, stop);
        using var held = ClientOf(cluster, Installation);
        using var free = ClientOf(cluster, "bench-free");
        await Eventually.TrueAsync(() => IsHeldAsync(held, stop), "the policies to hold", Patience);
        var (policed, bare) = (new List<double>(), new List<double>());

        // The first round warms everything up and does not count.
        for (var round = 0; round <= Rounds; round++)
        {
            var (ours, theirs) = (await TurnAsync(held, time, stop), await TurnAsync(free, time, stop));
            FleetProgress.Tell($"  round {round} of {Rounds}: {ours:0} patches/s with policies, {theirs:0} without");
            if (round > 0)
            {
                policed.Add(ours);
                bare.Add(theirs);
            }
        }

        var (rate, baseline) = (FleetResult.Median(policed), FleetResult.Median(bare));
        var percent = 100 * rate / baseline;
        return new FleetResult(
            string.Create(CultureInfo.InvariantCulture, $"{rate:N0}/s against {baseline:N0}/s: {percent:0} %, medians of {Rounds} rounds"),
            percent >= LeastPercent,
            new Dictionary<string, double> { ["patchesPerSecondWithPolicies"] = rate, ["patchesPerSecondWithout"] = baseline, ["percent"] = percent });
    }

    private static async Task<double> TurnAsync(KubernetesClient client, TimeProvider time, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var patches = 0;
        while (time.GetElapsedTime(started) < Turn)
        {
            await client.PatchMetadataAsync<AgenticTask>(TaskWrites.Progress(1, Holder, new TaskProgress { Turn = ++patches }), TaskName, FleetCluster.Space, OfStatus, stop);
        }

        return patches / time.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task PrepareAsync(FleetCluster cluster, CancellationToken stop)
    {
        await GrantAsync(cluster, stop);
        foreach (var yaml in AdmissionPolicies.For(Installation, Installation, "foreman-operator", "foreman-runner"))
        {
            await cluster.Client.Dynamic.CreateAsync(YamlToJson.Convert(yaml), cancellationToken: stop);
        }

        await cluster.Client.CreateAsync(FleetCluster.NewTask(TaskName), cancellationToken: stop);
        var status = JsonNode.Parse($$$$"""{"status":{"phase":"Running","attempt":1,"assignedNode":"{{{{Host}}}}","placement":"Node","claim":{"holder":"{{{{Holder}}}}"}}}""")!;
        await cluster.Client.PatchAsync<AgenticTask>(V1Patch.Merge(status.AsObject()), TaskName, FleetCluster.Space, OfStatus, stop);
    }

    // Where there are roles, both accounts may do everything, so that only the policies differ.
    private static async Task GrantAsync(FleetCluster cluster, CancellationToken stop)
    {
        try
        {
            await cluster.Client.Dynamic.CreateAsync(
                JsonNode.Parse("""
                    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"bench-policies"},
                    "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},
                    "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"system:serviceaccounts"}]}
                    """)!.AsObject(),
                cancellationToken: stop);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // The dev cluster has no roles.
        }
    }

    private static KubernetesClient ClientOf(FleetCluster cluster, string installation) => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig) with
    {
        Impersonate = new() { User = $"system:serviceaccount:{Labels.HostsNamespace(installation)}:{Host}" },
    });

    private static async Task<bool> IsHeldAsync(KubernetesClient client, CancellationToken stop)
    {
        try
        {
            await client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "probe", NamespaceProperty = FleetCluster.Space } }, new WriteOptions { DryRun = true }, stop);
            return false;
        }
        catch (KubernetesException e)
        {
            return e.Message.Contains("rule own-things", StringComparison.Ordinal);
        }
    }
}
