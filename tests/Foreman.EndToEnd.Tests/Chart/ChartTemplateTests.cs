using Foreman.Kubernetes;

namespace Foreman.EndToEnd.Tests.Chart;

[Collection(ChartCluster.Collection)]
public class ChartTemplateTests(ChartCluster cluster)
{
    [Fact]
    public async Task The_chart_passes_the_linter_without_a_warning()
    {
        var run = await cluster.HelmAlone().TryAsync("lint", "--strict", ChartCluster.Path, "--set", "hosts={mac-1,gpu.office}");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Theory]
    [InlineData("hosts={Mac_1}", "hosts")]
    [InlineData("taskNamespaces={}", "taskNamespaces")]
    [InlineData("operator.image.digest=latest", "digest")]
    [InlineData("operator.imagee.tag=1", "imagee")]
    [InlineData("crds.install=maybe", "install")]
    [InlineData("forge.kind=bitbucket", "kind")]
    [InlineData("operator.gitTokensSecret=My_Tokens", "gitTokensSecret")]
    [InlineData("cleanUp.finishedTaskTTL=soon", "finishedTaskTTL")]
    [InlineData("cleanUp.deadNodeTTL=24", "deadNodeTTL")]
    [InlineData("jobs.namespaces={Team_A}", "namespaces")]
    [InlineData("jobs.imagee=x", "imagee")]
    [InlineData("userDeployments.domain=*.example.com", "domain")]
    [InlineData("userDeployments.ingressKind=nginx", "ingressKind")]
    [InlineData("userDeployments.resync=5", "resync")]
    [InlineData("forges[0].kind=gitea", "url")]
    [InlineData("forges[0].kind=gitea,forges[0].url=https://me:secret@git.example.com", "url")]
    public async Task A_wrong_value_is_refused_and_named(string value, string named)
    {
        var run = await cluster.HelmAlone().TryAsync("template", ChartCluster.Path, "--set", value);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Contains("schema", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_definitions_can_be_left_out()
    {
        var with = await TemplateAsync();
        var without = await TemplateAsync("--set", "crds.install=false");

        Assert.Equal(Api.CustomResources.All.Count, Count(with, "kind: CustomResourceDefinition"));
        Assert.Equal(0, Count(without, "kind: CustomResourceDefinition"));
    }

    [Fact]
    public async Task The_definitions_and_the_hosts_namespace_outlive_the_release_and_nothing_else_does()
    {
        var manifests = YamlToJson.ConvertAll(await TemplateAsync("--set", "hosts={mac-1}"));

        var kept = manifests.Where(m => (string?)m["metadata"]?["annotations"]?["helm.sh/resource-policy"] == "keep").Select(m => (string)m["kind"]! + "/" + (string)m["metadata"]!["name"]!);
        Assert.Equal(
            Api.CustomResources.All.Keys.Select(name => "CustomResourceDefinition/" + name).Append($"Namespace/{ChartCluster.Space}-hosts").Order(StringComparer.Ordinal),
            kept.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_definitions_carry_their_version()
    {
        var definitions = YamlToJson.ConvertAll(await TemplateAsync("--show-only", "templates/crds.yaml"));

        Assert.Equal(Api.CustomResources.All.Count, definitions.Count);
        Assert.All(definitions, d => Assert.Equal(Api.DefinitionsVersion.Current, (string?)d["metadata"]!["annotations"]![Api.DefinitionsVersion.Annotation]));
    }

    [Fact]
    public async Task No_role_reads_secrets_or_uses_a_wildcard()
    {
        // A policy names what it refuses.
        var rendered = await TemplateAsync("--set", "taskNamespaces={a,b}", "--set", "hosts={mac-1}");
        var manifests = string.Join("---\n", rendered.Split("---\n").Where(document => !document.Contains("kind: ValidatingAdmissionPolicy\n", StringComparison.Ordinal)));

        // Definitions describe fields of that name; what a role says of it is a right.
        var roles = manifests.Split("\n---\n").Where(d => !d.Contains("kind: CustomResourceDefinition\n", StringComparison.Ordinal)).ToList();
        Assert.Contains(roles, r => r.Contains("kind: ClusterRole\n", StringComparison.Ordinal));
        Assert.All(roles, r => Assert.DoesNotContain("secrets", r, StringComparison.Ordinal));
        Assert.DoesNotContain("'*'", manifests, StringComparison.Ordinal);
        Assert.DoesNotContain("\"*\"", manifests, StringComparison.Ordinal);
        Assert.DoesNotContain("deletecollection", manifests, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forges_are_a_file_of_the_operator_and_a_change_of_it_starts_it_anew()
    {
        string[] values =
        [
            "--set", "forge.kind=gitlab,forge.url=https://lab.example.com", "--set", "forges[0].kind=gitea,forges[0].url=https://git.example.com",
            "--set", "forges[1].kind=forgejo,forges[1].url=http://forgejo.git.svc:3000,forges[1].webURL=https://code.example.com",
        ];

        var with = await TemplateAsync(values);
        var changed = await TemplateAsync([.. values, "--set", "forges[0].url=https://git2.example.com"]);
        var without = await TemplateAsync();

        Assert.Contains("- --forge=gitlab\n", with, StringComparison.Ordinal);
        Assert.Contains("- \"--forge-url=https://lab.example.com\"\n", with, StringComparison.Ordinal);
        Assert.Contains("- --forges=/etc/foreman/forges\n", with, StringComparison.Ordinal);
        Assert.Contains("  forges: |\n    gitea https://git.example.com\n    forgejo http://forgejo.git.svc:3000 https://code.example.com\n", with, StringComparison.Ordinal);
        Assert.NotEqual(Mark(with), Mark(changed));
        Assert.DoesNotContain("forges", without, StringComparison.Ordinal);

        static string Mark(string manifests) => System.Text.RegularExpressions.Regex.Match(manifests, "foreman.llmkube.dev/forges: ([0-9a-f]{64})").Groups[1].Value;
    }

    [Fact]
    public async Task Tokens_of_the_operator_are_mounted_from_a_Secret_where_one_is_named()
    {
        var with = await TemplateAsync("--set", "operator.gitTokensSecret=foreman-git-credentials");

        Assert.Contains("- --git-tokens=/etc/foreman-git-tokens\n", with, StringComparison.Ordinal);
        Assert.Contains("mountPath: /etc/foreman-git-tokens\n              readOnly: true\n", with, StringComparison.Ordinal);
        Assert.Contains("secretName: \"foreman-git-credentials\"\n            defaultMode: 0400\n", with, StringComparison.Ordinal);
        Assert.DoesNotContain("git-tokens", await TemplateAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task O37_O38_Jobs_have_rights_where_they_may_run_and_a_change_of_their_file_starts_the_operator_anew()
    {
        string[] values = ["--set", "jobs.enabled=true,jobs.image=images.example.com/agent:1,jobs.namespaces={team-a,team-b}"];

        var with = await TemplateAsync([.. values, "--set", "jobs.config.podTemplate.spec.priorityClassName=low"]);
        var changed = await TemplateAsync([.. values, "--set", "jobs.config.cleanup=false"]);
        var without = await TemplateAsync();

        Assert.Contains("- --jobs-config=/etc/foreman-jobs/jobs.yaml\n", with, StringComparison.Ordinal);
        Assert.Contains("    image: images.example.com/agent:1\n    podTemplate:\n      spec:\n        priorityClassName: low\n        serviceAccountName: foreman-runner\n", with, StringComparison.Ordinal);
        Assert.Equal(2, Count(with, "resources: [jobs]\n    verbs: [create, get, list, watch, delete]\n"));
        Assert.Equal(2, Count(with, "resources: [pods]\n    verbs: [list, watch]\n"));
        Assert.All(["team-a", "team-b"], space => Assert.Contains($"  name: foreman-operator-jobs\n  namespace: {space}\n", with, StringComparison.Ordinal));
        Assert.NotEqual(Mark(with), Mark(changed));
        Assert.DoesNotContain("jobs-config", without, StringComparison.Ordinal);
        Assert.DoesNotContain("resources: [jobs]", without, StringComparison.Ordinal);

        static string Mark(string manifests) => System.Text.RegularExpressions.Regex.Match(manifests, "foreman.llmkube.dev/jobs-config: ([0-9a-f]{64})").Groups[1].Value;
    }

    [Fact]
    public async Task O36_Jobs_need_an_image()
    {
        var run = await cluster.HelmAlone().TryAsync("template", ChartCluster.Path, "--set", "jobs.enabled=true");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("jobs.image", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_has_the_right_to_delete_what_it_is_told_to_clean_up_and_nothing_else()
    {
        var usual = await TemplateAsync();
        var all = await TemplateAsync("--set", "cleanUp.finishedTaskTTL=168h");
        var none = await TemplateAsync("--set", "cleanUp.leftNodeTTL=0,cleanUp.deadNodeTTL=0");

        Assert.Equal((false, true), (MayDelete(usual, "agentictasks"), MayDelete(usual, "fleetnodes")));
        Assert.Equal((true, true), (MayDelete(all, "agentictasks"), MayDelete(all, "fleetnodes")));
        Assert.Equal((false, false), (MayDelete(none, "agentictasks"), MayDelete(none, "fleetnodes")));
        Assert.Contains("- \"--finished-task-ttl=0\"\n", usual, StringComparison.Ordinal);
        Assert.Contains("- \"--left-node-ttl=10m\"\n", usual, StringComparison.Ordinal);
        Assert.Contains("- \"--dead-node-ttl=24h\"\n", usual, StringComparison.Ordinal);
        Assert.Contains("- \"--finished-task-ttl=168h\"\n", all, StringComparison.Ordinal);
        Assert.Contains("- \"--dead-node-ttl=0\"\n", none, StringComparison.Ordinal);

        static bool MayDelete(string manifests, string kind) => manifests.Contains($"resources: [{kind}]\n    verbs: [delete]\n", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schedules_have_their_rights_only_where_they_are_enabled()
    {
        var none = await TemplateAsync();
        var some = await TemplateAsync("--set", "schedules.enabled=true,taskNamespaces={default,team}");
        var untimed = await TemplateAsync("--set", "schedules.enabled=true,schedules.image.repository=");
        var dynamic = await TemplateAsync("--set", "schedules.enabled=true,schedules.allowDynamic=true");

        Assert.Contains("- --schedule-backend=file\n", none, StringComparison.Ordinal);
        Assert.DoesNotContain("cronjobs", none, StringComparison.Ordinal);
        Assert.DoesNotContain("name: foreman-fire\n", none, StringComparison.Ordinal);
        Assert.DoesNotContain("resources: [taskschedules]\n    verbs: [get]\n", none, StringComparison.Ordinal);
        Assert.Contains("- --schedule-backend=kubernetes\n", some, StringComparison.Ordinal);
        Assert.Equal(1, Count(some, "resources: [cronjobs]\n    verbs: [get, list]\n"));
        Assert.Equal(2, Count(some, "resources: [cronjobs]\n    verbs: [create, patch, delete]\n"));
        Assert.All(["default", "team"], space => Assert.Contains($"  name: foreman-operator-schedules\n  namespace: {space}\n", some, StringComparison.Ordinal));
        Assert.Contains("resources: [agentictasks, workloads]\n    verbs: [create]\n", some, StringComparison.Ordinal);
        Assert.Equal(2, Count(some, "kind: ServiceAccount\nmetadata:\n  name: foreman-fire\n"));
        Assert.DoesNotContain("resources: [taskschedules]\n    verbs: [create, patch, delete]\n", some, StringComparison.Ordinal);
        Assert.DoesNotContain("name: foreman-fire\n", untimed, StringComparison.Ordinal);
        Assert.DoesNotContain("cronjobs", untimed, StringComparison.Ordinal);
        Assert.DoesNotContain("--schedule-fire-image", untimed, StringComparison.Ordinal);
        Assert.Contains("resources: [taskschedules]\n    verbs: [create, patch, delete]\n", dynamic, StringComparison.Ordinal);
        Assert.Contains("- --schedules-allow-dynamic=true\n", dynamic, StringComparison.Ordinal);
    }

    [Fact]
    public async Task U48_Rights_for_user_deployments_come_with_them_and_reach_no_secret()
    {
        var usual = await TemplateAsync();
        var with = await TemplateAsync(
            "--set", "userDeployments.enabled=true,userDeployments.domain=apps.example.com,userDeployments.clusterSecretStore=vault,userDeployments.networkPolicies=false",
            "--set", "userDeployments.ingressKind=ingress");

        Assert.DoesNotContain("name: foreman-system:foreman:user-deployments", usual, StringComparison.Ordinal);
        Assert.DoesNotContain("--user-deployments", usual, StringComparison.Ordinal);
        Assert.DoesNotContain("resources: [deployments]", usual, StringComparison.Ordinal);
        string[] wanted =
        [
            "resources: [deployments]\n    verbs: [list, watch, create, patch, delete]\n", "resources: [externalsecrets]\n", "- --user-deployments\n", "- --ingress-kind=ingress\n",
            "- --user-deployments-allow-privileged=false\n", "- \"--resync=5m\"\n", "name: DEPLOYMENT_DOMAIN\n              value: \"apps.example.com\"\n",
            "name: CLUSTER_SECRET_STORE\n              value: \"vault\"\n", "name: DISABLE_NETWORK_POLICIES\n              value: \"true\"\n",
        ];
        Assert.All(wanted, text => Assert.Contains(text, with, StringComparison.Ordinal));
        Assert.DoesNotContain("resources: [secrets]", with, StringComparison.Ordinal);
        Assert.DoesNotContain("\"*\"", with, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_value_reaches_the_operators_pod()
    {
        var manifests = await TemplateAsync(
            "--set", "operator.image.repository=images.example.com/foreman",
            "--set", $"operator.image.digest=sha256:{new string('a', 64)}",
            "--set", "operator.extraArgs={--audit-retention=24h}",
            "--set", "operator.env[0].name=A,operator.env[0].value=b",
            "--set", "operator.imagePullSecrets[0].name=pull",
            "--set", "operator.priorityClassName=high",
            "--set", "operator.nodeSelector.disk=ssd",
            "--set", "operator.podAnnotations.note=x",
            "--set", "operator.podLabels.team=y",
            "--set", "serviceAccount.name=own",
            "--set", "commonLabels.owner=z",
            "--set", "metrics.service=false");

        string[] wanted =
        [
            $"image: images.example.com/foreman@sha256:{new string('a', 64)}", "\"--audit-retention=24h\"", "name: pull", "priorityClassName: high",
            "disk: ssd", "note: x", "team: \"y\"", "serviceAccountName: own", "owner: z", "enableServiceLinks: false", "type: Recreate",
        ];
        Assert.All(wanted, text => Assert.Contains(text, manifests, StringComparison.Ordinal));
        Assert.Equal(0, Count(manifests, "kind: Service\n"));
    }

    private Task<string> TemplateAsync(params string[] more) =>
        cluster.HelmAlone().RunAsync(["template", "foreman", ChartCluster.Path, "--namespace", ChartCluster.Space, .. more]);

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
