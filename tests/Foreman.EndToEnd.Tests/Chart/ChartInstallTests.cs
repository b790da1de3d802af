using System.Text.Json.Nodes;
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

        await kubectl.RunAsync("wait", "--for=delete", $"namespace/{Hosts}", "--timeout=60s");
        await cluster.InstallAsync();
        Assert.Equal("agentictask.foreman.llmkube.dev/greeting", (await kubectl.RunAsync("get", "at", "greeting", "-o", "name")).Trim());
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
        await kubectl.RunAsync("wait", "--for=delete", $"namespace/{Hosts}", "--timeout=60s");
        await helm.RunAsync([.. install, "--take-ownership", "--force-conflicts"]);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("agentictasks.foreman.llmkube.dev", refused.Error, StringComparison.Ordinal);
        Assert.Equal("foreman", await kubectl.RunAsync(
            "get", "crd", "agents.foreman.llmkube.dev", "-o", "jsonpath={.metadata.annotations.meta\\.helm\\.sh/release-name}"));
    }

    [Fact]
    public async Task A_host_and_the_operator_may_do_what_they_need_and_nothing_else()
    {
        var kubectl = await cluster.KubectlAsync();
        await cluster.InstallAsync("--set", "hosts={mac-1}");
        await kubectl.RunAsync("create", "namespace", "elsewhere");
        var host = ($"system:serviceaccount:{Hosts}:mac-1", $"system:serviceaccounts:{Hosts}");
        var operatorAccount = ($"system:serviceaccount:{ChartCluster.Space}:foreman-operator", (string?)null);
        var accesses = Accesses().ToList();

        // One kubectl for all of them: each would be a process of its own.
        var reviews = accesses.Select(a => Review(a.Access, a.Who == "host" ? host : operatorAccount).ToJsonString());
        var answers = (await kubectl.TryWithInputAsync(string.Join('\n', reviews), "create", "-f", "-", "-o", "jsonpath={.status.allowed}{\"\\n\"}")).Succeeded().Output;
        await kubectl.RunAsync("delete", "namespace", "elsewhere");

        var allowed = answers.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(accesses.Count, allowed.Length);
        Assert.Empty(accesses.Where((a, i) => allowed[i] != (a.Access.Allowed ? "true" : "false"))
            .Select(a => $"{a.Who}: {a.Access.What} in {a.Access.Space ?? "default"} should be {(a.Access.Allowed ? "allowed" : "refused")}"));
    }

    private static IEnumerable<(string Who, Access Access)> Accesses() =>
    [
        .. Access.All(true, null, "create fleetnodes", "patch fleetnodes", "watch fleetnodes", "patch fleetnodes --subresource=status", "list agentictasks",
            "watch agentictasks", "patch agentictasks --subresource=status", "get agents", "create runlogs", "list runlogs", "create events",
            "get crd/agentictasks.foreman.llmkube.dev").Select(a => ("host", a)),
        .. Access.All(true, ChartCluster.Space, "create leases", "patch leases", "get leases").Select(a => ("host", a)),
        .. Access.All(false, null, "delete fleetnodes", "patch agentictasks", "create agentictasks", "delete agentictasks", "patch runlogs",
            "delete runlogs", "get secrets", "list secrets", "get configmaps", "create configmaps", "create jobs", "create pods", "list agents",
            "get crd/others.example.com", "create serviceaccounts --subresource=token", "impersonate users").Select(a => ("host", a)),
        .. Access.All(false, "elsewhere", "list agentictasks", "patch agentictasks --subresource=status", "create runlogs", "create events").Select(a => ("host", a)),
        .. Access.All(false, ChartCluster.Space, "delete leases", "list leases", "get secrets", "get configmaps").Select(a => ("host", a)),
        .. Access.All(true, null, "watch fleetnodes", "patch fleetnodes --subresource=status", "watch agentictasks", "patch agentictasks", "patch agentictasks --subresource=status", "patch agents --subresource=status",
            "patch workloads --subresource=status", "patch workflows --subresource=status", "watch workflows", "patch agentreleases --subresource=status", "patch modelprofiles --subresource=status", "create runlogs", "delete runlogs",
            "create configmaps", "update configmaps", "delete configmaps", "create events", "create agentictasks", "create workloads", "patch workloads", "delete workloads",
            "update workloads --subresource=finalizers", "update workflows --subresource=finalizers", "delete fleetnodes").Select(a => ("operator", a)),
        .. Access.All(true, ChartCluster.Space, "create leases", "update leases", "watch leases",
            "get configmaps/foreman-quotas", "list configmaps/foreman-quotas", "watch configmaps/foreman-quotas").Select(a => ("operator", a)),
        .. Access.All(false, ChartCluster.Space, "get configmaps", "list configmaps", "watch configmaps", "get configmaps/others", "patch configmaps/foreman-quotas", "delete configmaps/foreman-quotas",
            "create configmaps").Select(a => ("operator", a)),
        .. Access.All(false, null, "create fleetnodes", "deletecollection fleetnodes", "update agentictasks", "delete agentictasks", "update workloads", "create workflows", "patch workflows", "delete workflows", "get secrets", "list secrets",
            "list configmaps", "patch runlogs", "create pods", "create jobs", "create leases", "get crd", "update crd", "escalate roles", "create serviceaccounts --subresource=token")
            .Select(a => ("operator", a)),
        .. Access.All(false, "elsewhere", "create configmaps").Select(a => ("operator", a)),
    ];

    // What `kubectl auth can-i` asks: VERB RESOURCE[/NAME] [--subresource=PART].
    private static JsonObject Review(Access access, (string User, string? Group) who)
    {
        var words = access.What.Split(' ');
        var (resource, name) = words[1].Split('/') is [var kind, var one] ? (kind, one) : (words[1], null);
        var attributes = new JsonObject
        {
            ["verb"] = words[0],
            ["group"] = GroupOf(resource),
            ["resource"] = resource == "crd" ? "customresourcedefinitions" : resource,
            ["namespace"] = access.Space ?? "default",
            ["name"] = name,
            ["subresource"] = words.ElementAtOrDefault(2)?["--subresource=".Length..],
        };
        var groups = new JsonArray([.. new[] { who.Group, "system:serviceaccounts", "system:authenticated" }.OfType<string>().Select(g => (JsonNode?)JsonValue.Create(g))]);
        return new()
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SubjectAccessReview",
            ["spec"] = new JsonObject { ["user"] = who.User, ["groups"] = groups, ["resourceAttributes"] = attributes },
        };
    }

    private static string GroupOf(string resource) => resource switch
    {
        "agentictasks" or "agentreleases" or "agents" or "fleetnodes" or "modelprofiles" or "runlogs" or "workflows" or "workloads" => Api.ApiGroup.Name,
        "crd" => "apiextensions.k8s.io",
        "jobs" => "batch",
        "leases" => "coordination.k8s.io",
        "roles" => "rbac.authorization.k8s.io",
        _ => "",
    };

    private static async Task<string> NameAsync(Kubectl kubectl, string host) =>
        (await kubectl.RunAsync("get", "serviceaccount", host, "-n", Hosts, "-o", "name")).Trim();

    private sealed record Access(bool Allowed, string? Space, string What)
    {
        public static IEnumerable<Access> All(bool allowed, string? space, params string[] what) => what.Select(w => new Access(allowed, space, w));
    }

    private async ValueTask CleanAsync()
    {
        if (RealParts.Helm.IsHere && RealParts.KubernetesAssets.IsHere)
        {
            await cluster.CleanAsync();
        }
    }
}
