using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Api.Tests.Policies;

public sealed class AdmissionPoliciesTests(ITestOutputHelper output)
{
    /// <summary>Fewest requests that the attackers make.</summary>
    private const int Requests = 200;

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Every_request_of_an_attacker_is_refused_with_the_rule_it_breaks_and_changes_nothing(IClusterUnderTest cluster)
    {
        await using var scene = await PolicyScene.StartAsync(cluster);
        var victims = await Victims.MakeAsync(scene);
        var before = await victims.SnapshotAsync();
        List<Attack> attacks = [.. new NamedAttacks(scene, victims).All(), .. ForeignAttacks.All(scene, victims, Attackers(scene, victims))];

        var wrong = new List<string>();
        foreach (var attack in attacks)
        {
            var why = await PolicyScene.RefusalAsync(() => attack.Send(scene.As(attack.Caller)));
            if (why?.Contains(attack.Rule, StringComparison.Ordinal) != true)
            {
                wrong.Add($"{attack} should be refused by `{attack.Rule}`: {why ?? "it was let pass"}");
            }
        }

        output.WriteLine($"{attacks.Count} requests");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(before, await victims.SnapshotAsync());
        Assert.True(attacks.Count >= Requests, $"{attacks.Count} requests are fewer than {Requests}");
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_refusal_names_rule_caller_and_object(IClusterUnderTest cluster)
    {
        await using var scene = await PolicyScene.StartAsync(cluster);
        var victims = await Victims.MakeAsync(scene);

        var host = await PolicyScene.RefusalAsync(() => Attack.Status(new(AgenticTask.Type, "of-b", scene.Space), """{"progress":{"turn":1}}""")(scene.As(scene.A)));
        var agent = await PolicyScene.RefusalAsync(() => Attack.Create(PolicyScene.NodeManifest(scene.HostB + "-2"))(scene.As(scene.Agent("n7"))));
        var run = await PolicyScene.RefusalAsync(() => Attack.Delete(new(AgenticTask.Type, "of-job", scene.Space))(scene.As(scene.Run(victims.Job(2), "uid-2"))));

        Assert.Contains($"rule own-tasks: a host writes the status of tasks that are assigned to it with placement Node; host \"{scene.HostA}\" may not UPDATE foreman.llmkube.dev/agentictasks/status {scene.Space}/of-b", host, StringComparison.Ordinal);
        Assert.Contains($"the agent on node \"n7\" in pod \"agent-n7\" may not CREATE foreman.llmkube.dev/fleetnodes {scene.HostB}-2", agent, StringComparison.Ordinal);
        Assert.Contains($"the run in pod \"{victims.Job(2)}-x7k2p\" may not DELETE foreman.llmkube.dev/agentictasks {scene.Space}/of-job", run, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_host_writes_what_its_agent_must(IClusterUnderTest cluster)
    {
        await using var scene = await PolicyScene.StartAsync(cluster);
        await new ProperWrites(scene, await Victims.MakeAsync(scene)).OfAHostAsync();
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_host_claims_runs_gives_back_declines_and_ends_its_tasks(IClusterUnderTest cluster)
    {
        await using var scene = await PolicyScene.StartAsync(cluster);
        await new ProperWrites(scene, await Victims.MakeAsync(scene)).OfItsTasksAsync();
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task An_agent_in_a_pod_writes_for_its_node_and_a_run_for_its_attempt(IClusterUnderTest cluster)
    {
        await using var scene = await PolicyScene.StartAsync(cluster);
        var writes = new ProperWrites(scene, await Victims.MakeAsync(scene));

        await writes.OfAnAgentInAPodAsync();
        await writes.OfARunAsync();
        await writes.OfAContainerAsync();
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task The_operator_assigns_takes_back_ends_and_runs_tasks_and_writes_its_part_of_nodes(IClusterUnderTest cluster)
    {
        await using var scene = await PolicyScene.StartAsync(cluster);
        await new ProperWrites(scene, await Victims.MakeAsync(scene)).OfTheOperatorAsync();
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Whoever_is_none_of_ours_is_held_by_no_policy(IClusterUnderTest cluster)
    {
        await using var scene = await PolicyScene.StartAsync(cluster);
        await Victims.MakeAsync(scene);

        await Attack.Status(new(AgenticTask.Type, "ended-a", scene.Space), """{"transcriptRef":"told-by-a-person"}""")(scene.Admin);
        await Attack.Merge(new(FleetNode.Type, scene.HostA), """{"spec":{"unschedulable":true}}""")(scene.Admin);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_token_ends_with_its_account(IClusterUnderTest cluster)
    {
        await using var scene = await PolicyScene.StartAsync(cluster);
        await Victims.MakeAsync(scene);
        var account = new ResourceKey(V1ServiceAccount.Type, scene.HostB, scene.HostsSpace);
        var answer = await scene.Admin.Dynamic.CreateSubresourceAsync(
            account, "token", Attack.Json("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}"""));
        using var stolen = scene.WithToken((string)answer["status"]!["token"]!);
        using var forged = scene.WithToken("forged");

        var known = !await IsUnauthorizedAsync(stolen, scene);
        var refusal = await PolicyScene.RefusalAsync(() => Attack.Status(new(FleetNode.Type, scene.HostA), """{"phase":"Draining"}""")(stolen));
        await scene.Admin.Dynamic.DeleteAsync(account);

        Assert.True(known);
        Assert.Contains("rule own-node", refusal, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => IsUnauthorizedAsync(stolen, scene), "the token to end with its account", TimeSpan.FromMinutes(1));
        Assert.True(await IsUnauthorizedAsync(forged, scene));
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Each_changed_expression_changes_the_answer(IClusterUnderTest cluster)
    {
        await using var scene = await PolicyScene.StartAsync(cluster);
        var victims = await Victims.MakeAsync(scene);
        var mutations = Mutation.All(scene, victims);
        foreach (var mutation in mutations)
        {
            await mutation.InstallAsync(scene);
        }

        var same = new List<string>();
        foreach (var mutation in mutations)
        {
            await scene.WaitAsync(mutation.CallerIn(scene));
            var before = await PolicyScene.RefusalAsync(() => mutation.Send(scene.As(mutation.Unchanged(scene))));
            var after = await PolicyScene.RefusalAsync(() => mutation.Send(scene.As(mutation.CallerIn(scene))));
            if (before?.Contains(mutation.Rule, StringComparison.Ordinal) != true || after is not null)
            {
                same.Add($"{mutation.Name}: was `{before}`, is `{after}`");
            }
        }

        Assert.True(same.Count == 0, string.Join('\n', same));
        Assert.Equal(20, mutations.Count);
    }

    private static List<Caller> Attackers(PolicyScene scene, Victims victims) =>
    [
        scene.A,
        scene.Host("a host that never enrolled", scene.Release + "-never"),
        scene.Agent(scene.Release + "-n2"),
        scene.Host("an agent without a pod", "foreman-agent"),
        scene.Run(victims.Job(1), "uid-1"),
        scene.Fire,
    ];

    private static async Task<bool> IsUnauthorizedAsync(KubernetesClient client, PolicyScene scene)
    {
        try
        {
            await client.TryReadAsync<AgenticTask>("of-b", scene.Space);
            return false;
        }
        catch (KubernetesException e)
        {
            return e.IsUnauthorized;
        }
    }
}
