using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Chart;

[Collection(ChartCluster.Collection)]
public class ChartInstallTests(ChartCluster cluster) : IAsyncLifetime
{
    private const string Hosts = ChartCluster.Space + "-hosts";

    // Other classes use the same cluster, in any order.
    public ValueTask InitializeAsync() => CleanAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_installs_upgrades_and_uninstalls_and_tasks_stay()
    {
        var helm = await cluster.HelmAsync();
        var kubectl = await cluster.KubectlAsync();

        await cluster.InstallAsync("--set", "hosts={mac-1}");
        await kubectl.RunAsync(["wait", "--for=condition=Established", .. Api.CustomResources.All.Keys.Select(n => $"crd/{n}")]);
        await kubectl.ApplyAsync(Foreman.Testing.Manifests.All["task-minimal"]);
        Assert.Equal("serviceaccount/mac-1", await NameAsync(kubectl, "mac-1"));

        await helm.RunAsync("upgrade", "foreman", ChartCluster.Path, "--namespace", ChartCluster.Space, "--set", "hosts={gpu-1}");
        Assert.Equal("serviceaccount/gpu-1", await NameAsync(kubectl, "gpu-1"));
        Assert.NotEqual(0, (await kubectl.TryAsync("get", "serviceaccount", "mac-1", "-n", Hosts)).ExitCode);

        await helm.RunAsync("uninstall", "foreman", "--namespace", ChartCluster.Space);
        Assert.Equal("agentictask.foreman.llmkube.dev/greeting", (await kubectl.RunAsync("get", "at", "greeting", "-o", "name")).Trim());
        Assert.NotEqual(0, (await kubectl.TryAsync("get", "deployment", "foreman-operator", "-n", ChartCluster.Space)).ExitCode);

        await cluster.InstallAsync();
        Assert.Equal("agentictask.foreman.llmkube.dev/greeting", (await kubectl.RunAsync("get", "at", "greeting", "-o", "name")).Trim());
    }

    [Fact]
    public async Task An_enrolled_host_keeps_its_identity_when_the_release_is_removed_and_installed_again()
    {
        var helm = await cluster.HelmAsync();
        await cluster.InstallAsync();
        var host = new Kubectl(await (await cluster.ServerAsync()).KubeconfigForAsync("mac-1", Hosts));
        var kubectl = await cluster.KubectlAsync();
        var before = await UidAsync(kubectl, "mac-1");

        await helm.RunAsync("uninstall", "foreman", "--namespace", ChartCluster.Space);
        Assert.Equal(before, await UidAsync(kubectl, "mac-1"));
        await cluster.InstallAsync("--set", "hosts={mac-1,mac-2}");
        await helm.RunAsync("upgrade", "foreman", ChartCluster.Path, "--namespace", ChartCluster.Space, "--set", "hosts={mac-2}");

        Assert.Equal(before, await UidAsync(kubectl, "mac-1"));
        Assert.Equal($"system:serviceaccount:{Hosts}:mac-1", (await host.RunAsync("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")).Trim());
        await Eventually.TrueAsync(async () => (await host.TryAsync("get", "fleetnodes")).ExitCode == 0, "the host's rights to be back");
    }

    [Fact]
    public async Task A_host_of_the_chart_that_was_revoked_and_enrolled_again_keeps_its_identity_in_an_upgrade()
    {
        var kubectl = await cluster.KubectlAsync();
        await cluster.InstallAsync("--set", "hosts={mac-1}");
        await cluster.EnrollAsync("mac-1", "--revoke");
        Assert.NotEqual(0, (await kubectl.TryAsync("get", "serviceaccount", "mac-1", "-n", Hosts)).ExitCode);
        await cluster.EnrollAsync("mac-1");
        var before = await UidAsync(kubectl, "mac-1");

        await (await cluster.HelmAsync()).RunAsync("upgrade", "foreman", ChartCluster.Path, "--namespace", ChartCluster.Space, "--set", "hosts={mac-1}");

        Assert.Equal(before, await UidAsync(kubectl, "mac-1"));
        await kubectl.RunAsync("get", "role/foreman-host:mac-1", "rolebinding/foreman-host:mac-1", "-n", Hosts);
    }

    [Fact]
    public async Task The_hosts_namespace_of_a_release_of_another_name_is_taken_as_it_is()
    {
        var helm = await cluster.HelmAsync();
        await cluster.InstallAsync();
        await helm.RunAsync("uninstall", "foreman", "--namespace", ChartCluster.Space);

        try
        {
            await helm.RunAsync("install", "second", ChartCluster.Path, "--namespace", ChartCluster.Space, "--set", "crds.install=false", "--set", "hosts={mac-1}");

            Assert.Equal("serviceaccount/mac-1", await NameAsync(await cluster.KubectlAsync(), "mac-1"));
        }
        finally
        {
            await helm.TryAsync("uninstall", "second", "--namespace", ChartCluster.Space, "--ignore-not-found");
        }
    }

    [Fact]
    public async Task An_installation_into_a_namespace_that_is_being_deleted_is_refused_and_says_what_to_wait_for()
    {
        var helm = await cluster.HelmAsync();
        var kubectl = await cluster.KubectlAsync();
        await kubectl.RunAsync("create", "namespace", Hosts);
        await kubectl.ApplyAsync($"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: held, namespace: {Hosts}, finalizers: [example.com/held]}}}}");
        await kubectl.RunAsync("delete", "namespace", Hosts, "--wait=false");

        var refused = await helm.TryAsync("install", "foreman", ChartCluster.Path, "--namespace", ChartCluster.Space, "--create-namespace");
        await kubectl.RunAsync("patch", "configmap", "held", "-n", Hosts, "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
        await kubectl.RunAsync("wait", "--for=delete", $"namespace/{Hosts}", "--timeout=60s");
        await cluster.InstallAsync();

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains($"the namespace {Hosts} is being deleted", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"kubectl wait --for=delete namespace/{Hosts}", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_namespace_that_was_deleted_does_not_hold_up_an_upgrade_and_is_told()
    {
        var helm = await cluster.HelmAsync();
        var kubectl = await cluster.KubectlAsync();
        string[] upgrade = ["upgrade", "foreman", ChartCluster.Path, "--namespace", ChartCluster.Space, "--set", "taskNamespaces={default,team-z}"];
        var refused = await helm.TryAsync(["install", .. upgrade[1..], "--create-namespace"]);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("taskNamespaces: the namespace team-z is not there", refused.Error, StringComparison.Ordinal);

        await kubectl.RunAsync("create", "namespace", "team-z");
        await cluster.InstallAsync("--set", "taskNamespaces={default,team-z}");
        await kubectl.RunAsync("delete", "namespace", "team-z", "--timeout=60s");
        var without = await helm.RunAsync(upgrade);
        await kubectl.RunAsync("create", "namespace", "team-z");
        var with = await helm.RunAsync(upgrade);
        var role = await kubectl.RunAsync("get", "role", "foreman-hosts-tasks", "-n", "team-z", "-o", "name");
        await kubectl.RunAsync("delete", "namespace", "team-z", "--timeout=60s");

        Assert.Contains("Hosts may run the tasks of: default\n", without, StringComparison.Ordinal);
        Assert.Contains("The namespace team-z is not there", without, StringComparison.Ordinal);
        Assert.Contains("Hosts may run the tasks of: default, team-z\n", with, StringComparison.Ordinal);
        Assert.DoesNotContain("is not there", with, StringComparison.Ordinal);
        Assert.Equal("role.rbac.authorization.k8s.io/foreman-hosts-tasks", role.Trim());
    }

    [Fact]
    public async Task The_operators_pod_is_admitted_under_the_restricted_standard()
    {
        var kubectl = await cluster.KubectlAsync();
        await kubectl.RunAsync("create", "namespace", ChartCluster.Space);
        await kubectl.RunAsync("label", "namespace", ChartCluster.Space, "pod-security.kubernetes.io/enforce=restricted");

        await cluster.InstallAsync();

        await Eventually.PassesAsync(
            async () => Assert.Contains(
                "pod/foreman-operator-",
                await kubectl.RunAsync("get", "pods", "-n", ChartCluster.Space, "-o", "name"),
                StringComparison.Ordinal),
            "the operator's pod to be made");
    }

    [Fact]
    public async Task Definitions_of_another_release_are_taken_over_only_when_asked()
    {
        var kubectl = await cluster.KubectlAsync();
        var definitions = Api.CustomResources.All.Keys.Select(name => $"crd/{name}").ToList();
        await kubectl.ApplyAsync(string.Join("---\n", Api.CustomResources.All.Values), "--server-side", "--force-conflicts");
        await kubectl.RunAsync(["annotate", .. definitions, "meta.helm.sh/release-name=llmkube", "meta.helm.sh/release-namespace=llmkube-system", "--overwrite"]);
        var helm = await cluster.HelmAsync();
        string[] install = ["install", "foreman", ChartCluster.Path, "--namespace", ChartCluster.Space, "--create-namespace"];

        var refused = await helm.TryAsync(install);
        await helm.TryAsync("uninstall", "foreman", "--namespace", ChartCluster.Space, "--ignore-not-found");
        await helm.RunAsync([.. install, "--set", "crds.install=false"]);
        await helm.RunAsync("uninstall", "foreman", "--namespace", ChartCluster.Space);
        await helm.RunAsync([.. install, "--take-ownership", "--force-conflicts"]);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("agentictasks.foreman.llmkube.dev", refused.Error, StringComparison.Ordinal);
        Assert.Equal("foreman", await kubectl.RunAsync(
            "get", "crd", "agents.foreman.llmkube.dev", "-o", "jsonpath={.metadata.annotations.meta\\.helm\\.sh/release-name}"));
    }

    private static Task<string> UidAsync(Kubectl kubectl, string host) =>
        kubectl.RunAsync("get", "serviceaccount", host, "-n", Hosts, "-o", "jsonpath={.metadata.uid}");

    private static async Task<string> NameAsync(Kubectl kubectl, string host) =>
        (await kubectl.RunAsync("get", "serviceaccount", host, "-n", Hosts, "-o", "name")).Trim();

    private async ValueTask CleanAsync()
    {
        if (RealParts.Helm.IsHere && RealParts.KubernetesAssets.IsHere)
        {
            await cluster.CleanAsync();
        }
    }
}
