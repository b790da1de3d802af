using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Workloads;
using Foreman.Operator.UserDeployments;
using Foreman.Testing;
using Foreman.UserDeployments;
using Deployment = Foreman.Kubernetes.ModelObject<k8s.Models.V1Deployment, Foreman.UserDeployments.DeploymentFormat>;

namespace Foreman.Operator.Tests.UserDeployments;

/// <summary>The controller against a real API server, whose own controllers are played by the test.</summary>
[Collection(nameof(OneLeader))]
public sealed class UserDeploymentControllerTests
{
    private static readonly string[] Objects =
    [
        "ConfigMap user-config", "Deployment db", "Deployment web", "NetworkPolicy user-isolation", "Service db", "Service web",
    ];

    [Theory, KubeApiServer]
    public async Task U01_U03_U08_All_objects_are_made_and_the_state_of_the_services_is_told(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.AddTemplateAsync();
        var created = await scene.CreateAsync("a", s => s with { Access = new() { Mode = AccessMode.External }, Secrets = [new() { Name = "key", RemoteKey = "k", Env = "KEY" }] });

        await scene.ReconcileAsync("a");

        var space = await scene.NamespaceOfAsync("a");
        Assert.Equal("restricted", (await scene.NamespaceAsync(space))!.GetLabel("pod-security.kubernetes.io/enforce"));
        Assert.Equal(
            [.. Objects.Append("ExternalSecret key").Append("IngressRoute user-route").Append("NetworkPolicy user-exposure").Order(StringComparer.Ordinal)], await scene.ObjectsAsync(created, space));
        var status = (await scene.ReadAsync("a")).Status!;
        Assert.Equal(UserDeploymentPhase.Provisioning, status.Phase);
        Assert.Equal($"https://a-{scene.Space}.apps.example.com", Assert.Single(status.Urls!));
        Assert.Equal(created.Metadata.Generation, status.ObservedGeneration);

        await scene.MakeReadyAsync(space, "web", 1);
        await scene.MakeReadyAsync(space, "db", 1);
        await scene.ReconcileAsync("a");
        var ready = await scene.ReadAsync("a");
        Assert.Equal(UserDeploymentPhase.Running, ready.Status?.Phase);
        Assert.True(ready.Status?.Conditions.IsTrue(ConditionTypes.Ready));

        await scene.MakeReadyAsync(space, "web", 0);
        await scene.ReconcileAsync("a");
        Assert.Equal(UserDeploymentPhase.Degraded, (await scene.ReadAsync("a")).Status?.Phase);
    }

    [Theory, KubeApiServer]
    public async Task U02_Without_its_template_nothing_is_made_until_the_template_is_there(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.CreateAsync("a");

        var result = await scene.ReconcileAsync("a");

        Assert.Equal(UserDeploymentController.BetweenAttempts, result.Delay);
        var refused = await scene.ReadAsync("a");
        Assert.Equal((UserDeploymentPhase.Failed, Reasons.TemplateNotFound), (refused.Status?.Phase, refused.Status?.Conditions.Find(ConditionTypes.Accepted)?.Reason));
        Assert.Null(refused.Status?.Namespace);
        Assert.Null(await scene.NamespaceAsync(DeploymentTarget.Of(refused, DeploymentScene.Settings).Namespace));

        await scene.AddTemplateAsync("services:\n  - name: A\n    image: x\n");
        await scene.ReconcileAsync("a");
        Assert.Contains("line 2, services[0].name", (await scene.ConditionAsync("a", ConditionTypes.Accepted))?.Message, StringComparison.Ordinal);

        await scene.Client.DeleteAsync<V1ConfigMap>("templates", scene.Space);
        await scene.AddTemplateAsync();
        await scene.ReconcileAsync("a");
        Assert.Equal(Reasons.ObjectsApplied, (await scene.ConditionAsync("a", ConditionTypes.Provisioned))?.Reason);
    }

    [Theory, KubeApiServer]
    public async Task U09_Desired_state_deleted_ends_with_the_object_once_all_is_gone(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.AddTemplateAsync();
        await scene.CreateAsync("a");
        await scene.ReconcileAsync("a");
        var space = await scene.NamespaceOfAsync("a");
        await scene.SpecAsync("a", """{"desiredState":"deleted"}""");

        await scene.ReconcileAsync("a");
        await scene.ReconcileAsync("a");

        Assert.Equal(UserDeploymentPhase.Deleting, (await scene.ReadAsync("a")).Status?.Phase);
        Assert.True((await scene.NamespaceAsync(space))!.IsDeleting());
        await scene.FinalizeAsync(space);
        await scene.ReconcileAsync("a");
        Assert.Null(await scene.Client.TryReadAsync<UserDeployment>("a", scene.Space));
    }

    [Theory, KubeApiServer]
    public async Task U10_U16_A_deletion_that_hangs_is_told_and_goes_on(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.AddTemplateAsync();
        await scene.CreateAsync("a");
        await scene.ReconcileAsync("a");
        var space = await scene.NamespaceOfAsync("a");
        await scene.Client.DeleteAsync<UserDeployment>("a", scene.Space);

        Assert.Equal(DeploymentRound.BetweenLooks, (await scene.ReconcileAsync("a")).Delay);
        Assert.Equal(Reasons.CleanupRunning, (await scene.ConditionAsync("a", ConditionTypes.CleanedUp))?.Reason);
        scene.Restart();
        scene.Time.Skip(StatusRules.StalledAfter);
        await scene.ReconcileAsync("a");
        var told = await scene.ConditionAsync("a", ConditionTypes.CleanedUp);
        Assert.Equal(Reasons.CleanupStalled, told?.Reason);
        Assert.Contains(space, told?.Message, StringComparison.Ordinal);

        await scene.FinalizeAsync(space);
        await scene.ReconcileAsync("a");
        Assert.Null(await scene.Client.TryReadAsync<UserDeployment>("a", scene.Space));
    }

    [Theory, KubeApiServer]
    public async Task U11_A_process_that_ends_before_any_write_leaves_what_the_next_one_completes(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.AddTemplateAsync();
        var ended = 0;
        for (var checks = 0; checks < 60; checks++)
        {
            var name = $"a{checks}";
            var created = await scene.CreateAsync(name);
            try
            {
                await scene.ReconcileAsync(name, new EndingFence(checks));
            }
            catch (LeadershipLostException)
            {
                ended++;
            }

            scene.Restart();
            await scene.ReconcileAsync(name);
            Assert.Equal(Objects, await scene.ObjectsAsync(created, await scene.NamespaceOfAsync(name)));
            var spaces = await scene.Client.ListAsync<V1Namespace>(null, new ListOptions { LabelSelector = Selectors.Equal(Labels.UserDeploymentUid, created.Uid()) });
            Assert.Equal(await scene.NamespaceOfAsync(name), Assert.Single(spaces.Items).Name());
            if (ended <= checks)
            {
                break;
            }
        }

        // Of the finalizer, the namespace, the status twice, and six objects, each asked for at least once.
        Assert.InRange(ended, 10, 59);
    }

    [Theory, KubeApiServer]
    public async Task U12_What_others_change_comes_back_within_one_resync_and_what_is_not_wanted_goes(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.AddTemplateAsync();
        var created = await scene.CreateAsync("a");
        Assert.Equal(DeploymentScene.Settings.Resync, (await scene.ReconcileAsync("a")).Delay);
        var space = await scene.NamespaceOfAsync("a");
        await scene.Client.PatchAsync<Deployment>(V1Patch.Merge((JsonObject)JsonNode.Parse("""{"spec":{"replicas":7}}""")!), "web", space, new PatchOptions { FieldManager = "somebody" });
        await scene.Client.Dynamic.DeleteAsync(new(new ResourceType("", "v1", "Service", "services", Namespaced: true), "db", space));

        await scene.ReconcileAsync("a");
        Assert.Equal(7, (await scene.Client.ReadAsync<Deployment>("web", space)).Model.Spec.Replicas);
        scene.Time.Skip(DeploymentScene.Settings.Resync);
        await scene.ReconcileAsync("a");
        Assert.Equal(1, (await scene.Client.ReadAsync<Deployment>("web", space)).Model.Spec.Replicas);
        Assert.Equal(Objects, await scene.ObjectsAsync(created, space));

        // A Deployment that is missing is made at once.
        await scene.Client.DeleteAsync<Deployment>("db", space);
        await scene.ReconcileAsync("a");
        Assert.Equal(Objects, await scene.ObjectsAsync(created, space));

        await scene.Client.DeleteAsync<V1ConfigMap>("templates", scene.Space);
        await scene.AddTemplateAsync("services: [{name: web, image: x, ports: [8080]}]");
        await scene.ReconcileAsync("a");
        await scene.CollectAsync(space, "db");
        Assert.Equal(["ConfigMap user-config", "Deployment web", "NetworkPolicy user-isolation", "Service web"], await scene.ObjectsAsync(created, space));
    }

    [Theory, KubeApiServer]
    public async Task U13_The_second_with_a_host_is_refused_and_the_first_is_not_touched(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.AddTemplateAsync();
        UserDeploymentSpec Exposed(UserDeploymentSpec spec) => spec with { Access = new() { Mode = AccessMode.External, Host = scene.Space } };
        await scene.CreateAsync("first", Exposed);
        await scene.ReconcileAsync("first");
        await scene.CreateAsync("second", Exposed);

        await scene.ReconcileAsync("second");
        await scene.ReconcileAsync("first");

        var second = (await scene.ReadAsync("second")).Status!;
        Assert.Equal((UserDeploymentPhase.Failed, Reasons.HostTaken), (second.Phase, second.Conditions.Find(ConditionTypes.Conflict)?.Reason));
        Assert.Null(second.Namespace);
        Assert.Equal(Conditions.False, (await scene.ConditionAsync("first", ConditionTypes.Conflict))?.Status);

        await scene.Client.DeleteAsync<UserDeployment>("first", scene.Space);
        await scene.ReconcileAsync("first");
        await scene.FinalizeAsync(await scene.NamespaceOfAsync("first"));
        await scene.ReconcileAsync("first");
        await scene.ReconcileAsync("second");
        Assert.Equal(Conditions.False, (await scene.ConditionAsync("second", ConditionTypes.Conflict))?.Status);
    }

    [Theory, KubeApiServer]
    public async Task U14_A_namespace_of_others_is_used_only_by_leave_and_stays(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.AddTemplateAsync();
        var theirs = await cluster.NewNamespaceAsync("theirs");
        var created = await scene.CreateAsync("a", s => s with { TargetNamespace = theirs });
        await scene.ReconcileAsync("a");
        Assert.Equal(Reasons.NamespaceNotAllowed, (await scene.ConditionAsync("a", ConditionTypes.Accepted))?.Reason);
        Assert.Empty(await scene.ObjectsAsync(created, theirs));

        var label = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [Labels.UserDeployments] = SpecRules.Allowed } } };
        await scene.Client.PatchAsync<V1Namespace>(V1Patch.Merge(label), theirs);
        await scene.Client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "user-config", NamespaceProperty = theirs }, Data = new Dictionary<string, string> { ["x"] = "theirs" } });
        await scene.ReconcileAsync("a");
        Assert.Equal(Reasons.ObjectTaken, (await scene.ConditionAsync("a", ConditionTypes.Provisioned))?.Reason);
        Assert.Equal("theirs", (await scene.Client.ReadAsync<V1ConfigMap>("user-config", theirs)).Data!["x"]);
        await scene.Client.DeleteAsync<V1ConfigMap>("user-config", theirs);
        await scene.ReconcileAsync("a");
        Assert.Equal(Objects, await scene.ObjectsAsync(created, theirs));

        await scene.Client.DeleteAsync<UserDeployment>("a", scene.Space);
        await scene.ReconcileAsync("a");

        await scene.CollectAsync(theirs, "web");
        await scene.CollectAsync(theirs, "db");
        await scene.ReconcileAsync("a");
        Assert.Empty(await scene.ObjectsAsync(created, theirs));
        Assert.Null(await scene.Client.TryReadAsync<UserDeployment>("a", scene.Space));
        Assert.False((await scene.NamespaceAsync(theirs))!.IsDeleting());
    }

    [Theory, KubeApiServer]
    public async Task U15_Kinds_that_are_not_served_are_named_and_nothing_is_made_until_they_are(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster, hasOthers: false);
        await scene.AddTemplateAsync();
        await scene.CreateAsync("a", s => s with { Access = new() { Mode = AccessMode.Internal }, Secrets = [new() { Name = "key", RemoteKey = "k" }] });

        await scene.ReconcileAsync("a");

        var told = await scene.ConditionAsync("a", ConditionTypes.Provisioned);
        Assert.Equal(Reasons.MissingApi, told?.Reason);
        Assert.Contains("ExternalSecret of external-secrets.io/v1 (install External Secrets) and IngressRoute of traefik.io/v1alpha1 (install Traefik)", told?.Message, StringComparison.Ordinal);
        Assert.Null((await scene.ReadAsync("a")).Status?.Namespace);

        await scene.CreateAsync("plain");
        await scene.ReconcileAsync("plain");
        Assert.Equal(Reasons.ObjectsApplied, (await scene.ConditionAsync("plain", ConditionTypes.Provisioned))?.Reason);

        await DeploymentScene.InstallOthersAsync(cluster);
        await Eventually.TrueAsync(
            async () =>
            {
                await scene.ReconcileAsync("a");
                return (await scene.ConditionAsync("a", ConditionTypes.Provisioned))?.Reason == Reasons.ObjectsApplied;
            },
            "the kinds to be served");
    }

    [Theory, KubeApiServer]
    public async Task U48_The_rights_of_the_chart_are_enough_from_the_first_object_to_the_last(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        using var client = await scene.WithRightsOfTheChartAsync(cluster);
        scene.Working = client;
        await scene.AddTemplateAsync();
        var theirs = await cluster.NewNamespaceAsync("theirs");
        await scene.Client.PatchAsync<V1Namespace>(
            V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [Labels.UserDeployments] = SpecRules.Allowed } } }), theirs);
        await scene.CreateAsync("own", s => s with { Access = new() { Mode = AccessMode.External }, Secrets = [new() { Name = "key", RemoteKey = "k" }] });
        await scene.CreateAsync("shared", s => s with { TargetNamespace = theirs, Access = new() { Mode = AccessMode.Internal }, Secrets = [new() { Name = "key", RemoteKey = "k" }] });

        foreach (var name in (string[])["own", "shared"])
        {
            await scene.ReconcileAsync(name);
            Assert.Equal(Reasons.ObjectsApplied, (await scene.ConditionAsync(name, ConditionTypes.Provisioned))?.Reason);
            await scene.SpecAsync(name, """{"desiredState":"stopped","access":{"mode":"none"},"secrets":null,"config":null}""");
        }

        await scene.Client.DeleteAsync<V1ConfigMap>("templates", scene.Space);
        await scene.AddTemplateAsync("services: [{name: web, image: x, ports: [8080]}]");
        foreach (var name in (string[])["own", "shared"])
        {
            await scene.ReconcileAsync(name);
            var space = await scene.NamespaceOfAsync(name);
            await scene.CollectAsync(space, "db");
            Assert.Equal(["Deployment web", "NetworkPolicy user-isolation", "Service web"], await scene.ObjectsAsync(await scene.ReadAsync(name), space));
            await scene.SpecAsync(name, """{"desiredState":"deleted"}""");
            await scene.ReconcileAsync(name);
            await scene.ReconcileAsync(name);
        }

        await scene.FinalizeAsync(await scene.NamespaceOfAsync("own"));
        await scene.CollectAsync(theirs, "web");
        foreach (var name in (string[])["own", "shared"])
        {
            await scene.ReconcileAsync(name);
            Assert.Null(await scene.Client.TryReadAsync<UserDeployment>(name, scene.Space));
        }
    }

    [Theory, KubeApiServer]
    public async Task U53_Nothing_is_written_in_a_steady_state(IClusterUnderTest cluster)
    {
        using var scene = await DeploymentScene.StartAsync(cluster);
        await scene.AddTemplateAsync();
        await scene.CreateAsync("good");
        await scene.CreateAsync("bad", s => s with { TemplateRef = new() { Name = "nowhere" } });
        await scene.ReconcileAsync("good");
        await scene.ReconcileAsync("bad");

        // The first resync makes the namespace, which was created, one that is applied.
        scene.Time.Skip(DeploymentScene.Settings.Resync);
        await scene.ReconcileAsync("good");

        var fence = new EndingFence(0);
        scene.Time.Skip(TimeSpan.FromMinutes(1));
        await scene.ReconcileAsync("good", fence);
        await scene.ReconcileAsync("bad", fence);
        Assert.Equal(0, fence.Asked);

        // A resync asks the server to apply what is there, which stores nothing.
        var before = await VersionsAsync();
        scene.Time.Skip(DeploymentScene.Settings.Resync);
        await scene.ReconcileAsync("good");
        Assert.Equal(before, await VersionsAsync());

        async Task<List<string>> VersionsAsync()
        {
            var space = await scene.NamespaceOfAsync("good");
            var versions = new List<string> { (await scene.ReadAsync("good")).ResourceVersion(), (await scene.NamespaceAsync(space))!.ResourceVersion() };
            foreach (var type in WantedKinds.All)
            {
                versions.AddRange((await scene.Client.Dynamic.ListMetadataAsync(type, space)).Items.Select(i => i.ResourceVersion()));
            }

            return versions;
        }
    }

    /// <summary>Lets so many checks pass, of which each write has one or more.</summary>
    private sealed class EndingFence(int checks) : IWriteFence
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public TimeSpan Remaining => TimeSpan.FromMinutes(1);

        public void ThrowIfClosed()
        {
            if (Interlocked.Increment(ref _asked) > checks)
            {
                throw new LeadershipLostException("the process ended");
            }
        }

        public void OnUnanswered()
        {
        }
    }
}
