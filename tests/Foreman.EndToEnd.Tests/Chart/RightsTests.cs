using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Chart;

/// <summary>The rights of every identity that the chart makes, and of what a host joins by, against their golden files: as the templates say, and as an API server decides.</summary>
[Collection(ChartCluster.Collection)]
public sealed class RightsTests(ChartCluster cluster)
{
    private const string Hosts = ChartCluster.Space + "-hosts";
    private const string Host = "mac-1";

    private static readonly string[] Values = ["--set", "taskNamespaces={team-a}", "--set", "cleanUp.finishedTaskTTL=168h", "--set", $"hosts={{{Host}}}"];

    private static readonly string[] WithJobs = [.. Values, "--set", "jobs.enabled=true,jobs.image=images.example.com/agent:1"];

    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate", "escalate", "bind", "*"];

    private static readonly string?[] Spaces = [null, "team-a", ChartCluster.Space, Hosts, "elsewhere"];

    private static readonly string[] Resources =
    [
        .. ((string[])["agentictasks", "agents", "agentreleases", "fleetnodes", "modelprofiles", "runlogs", "taskschedules", "toolrequests", "workflows", "workloads"])
            .SelectMany(kind => (string[])[$"{kind}.{Api.ApiGroup.Name}", $"{kind}.{Api.ApiGroup.Name}/status", $"{kind}.{Api.ApiGroup.Name}/finalizers"]),
        "*", "*.*", "secrets", "configmaps", "pods", "pods/exec", "pods/log", "services", "serviceaccounts", "serviceaccounts/token", "namespaces", "nodes", "users", "groups", "events",
        "events.events.k8s.io", "leases.coordination.k8s.io", "jobs.batch", "cronjobs.batch", "deployments.apps", "roles.rbac.authorization.k8s.io",
        "rolebindings.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io", "validatingadmissionpolicies.admissionregistration.k8s.io",
        "validatingadmissionpolicybindings.admissionregistration.k8s.io", "inferenceservices.inference.llmkube.dev",
    ];

    [Theory]
    [InlineData("host")]
    [InlineData("operator")]
    public async Task The_chart_grants_what_the_golden_file_says(string identity)
    {
        var granted = RightsTable.Of(await TemplateAsync(Values), identity == "host" ? IsHost : IsOperator);

        Assert.Equal(RightsTable.GoldenLines(identity), granted.Lines());
    }

    [Fact]
    public async Task Jobs_bring_the_rights_of_their_pods_and_those_by_which_the_operator_follows_them()
    {
        var manifests = await TemplateAsync(WithJobs);

        Assert.Equal(RightsTable.GoldenLines("runner"), RightsTable.Of(manifests, IsRunner).Lines());
        Assert.Equal(
            RightsTable.GoldenLines("operator").Concat(RightsTable.GoldenLines("operator-jobs")).Order(StringComparer.Ordinal),
            RightsTable.Of(manifests, IsOperator).Lines());
        Assert.Equal(RightsTable.GoldenLines("host"), RightsTable.Of(manifests, IsHost).Lines());
    }

    [Theory]
    [InlineData("schedules.enabled=true", "operator-schedules", "fire")]
    [InlineData("userDeployments.enabled=true", "operator-deployments", null)]
    public async Task What_is_off_by_default_brings_the_rights_of_its_golden_files_and_no_others(string value, string ofOperator, string? ofPods)
    {
        var manifests = await TemplateAsync([.. Values, "--set", value]);

        Assert.Equal(RightsTable.Golden("operator", ofOperator).Lines(), RightsTable.Of(manifests, IsOperator).Lines());
        Assert.Equal((ofPods is null ? RightsTable.Golden() : RightsTable.Golden(ofPods)).Lines(), RightsTable.Of(manifests, IsFire).Lines());
        Assert.Equal(RightsTable.GoldenLines("host"), RightsTable.Of(manifests, IsHost).Lines());
        Assert.Empty(RightsTable.Of(manifests, s => !IsHost(s) && !IsOperator(s) && !IsFire(s)).Lines());
    }

    [Fact]
    public async Task Nobody_else_gets_a_right()
    {
        Assert.Empty(RightsTable.Of(await TemplateAsync(WithJobs), s => !IsHost(s) && !IsOperator(s) && !IsRunner(s)).Lines());
    }

    [Fact]
    public async Task An_api_server_allows_what_the_golden_files_say_and_nothing_else()
    {
        var server = await cluster.ServerAsync();
        await cluster.CleanAsync();
        await server.Kubectl.RunAsync("create", "namespace", "team-a");
        try
        {
            await cluster.InstallAsync(WithJobs);
            await HoldsAsync("host", RightsTable.Golden("host"), await server.KubeconfigForAsync(Host, Hosts));
            await HoldsAsync("operator", RightsTable.Golden("operator", "operator-jobs"), await server.KubeconfigForAsync("foreman-operator", ChartCluster.Space));
            await HoldsAsync("pods of Jobs", RightsTable.Golden("runner"), await server.KubeconfigForAsync("foreman-runner", "team-a"));
            await cluster.EnrollAsync(Host);
            var join = (await server.Kubectl.RunAsync(
                "get", "serviceaccounts", "-n", ChartCluster.Space, "-l", "app.kubernetes.io/component=join", "-o", "jsonpath={.items[*].metadata.name}")).Trim();
            await HoldsAsync("enrolment", RightsTable.Golden("join").Renamed("join", join), await server.KubeconfigForAsync(join, ChartCluster.Space));
        }
        finally
        {
            await server.Kubectl.RunAsync("delete", "namespace", "team-a", "--timeout=60s");
        }
    }

    private async Task<IReadOnlyList<JsonObject>> TemplateAsync(string[] values) => YamlToJson.ConvertAll(
        await cluster.HelmAlone().RunAsync(["template", "foreman", ChartCluster.Path, "--namespace", ChartCluster.Space, "--set", "crds.install=false", .. values]));

    private static async Task HoldsAsync(string identity, RightsTable table, string kubeconfig)
    {
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        await Eventually.PassesAsync(async () => Assert.Empty(await WrongAsync(client, table, table.Rights)), $"the rights of the {identity} to be known");

        var all =
            from resource in Resources
            from space in Spaces
            from name in table.Rights.Where(r => r.Resource == resource && r.Name is not null).Select(r => r.Name).Distinct().Append("other").Append(null)
            from verb in Verbs
            select new Right(space, resource, name, verb);
        Assert.Empty(await WrongAsync(client, table, all));
    }

    /// <summary>Where the server decides in another way than the table.</summary>
    private static async Task<IReadOnlyCollection<string>> WrongAsync(KubernetesClient client, RightsTable table, IEnumerable<Right> rights)
    {
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(rights, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (right, _) =>
        {
            var allowed = (await client.CreateAsync(Question(right))).Status?.Allowed == true;
            if (allowed != table.Allows(right))
            {
                wrong.Add($"{right} is {(allowed ? "allowed" : "refused")}");
            }
        });
        return wrong;
    }

    private static V1SelfSubjectAccessReview Question(Right right)
    {
        var (whole, subresource) = right.Resource.Split('/') is [var before, var after] ? (before, after) : (right.Resource, null);
        var (plural, group) = whole.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? (whole[..dot], whole[(dot + 1)..]) : (whole, "");
        return V1SelfSubjectAccessReview.Of(right.Verb, new ResourceType(group, "v1", "", plural, Namespaced: true), right.Space, right.Name, subresource);
    }

    private static bool IsHost(JsonObject subject) => (string?)subject["kind"] == "Group"
        ? (string?)subject["name"] == $"system:serviceaccounts:{Hosts}"
        : IsAccount(subject, Host, Hosts);

    private static bool IsOperator(JsonObject subject) => IsAccount(subject, "foreman-operator", ChartCluster.Space);

    private static bool IsRunner(JsonObject subject) => IsAccount(subject, "foreman-runner", "team-a");

    private static bool IsFire(JsonObject subject) => IsAccount(subject, "foreman-fire", "team-a");

    private static bool IsAccount(JsonObject subject, string name, string space) =>
        (string?)subject["kind"] == "ServiceAccount" && (string?)subject["name"] == name && (string?)subject["namespace"] == space;
}
