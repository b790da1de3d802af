using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.EndToEnd.Tests.Chart;

[Collection(ChartCluster.Collection)]
public class ChartPolicyTests(ChartCluster cluster)
{
    [Theory]
    [InlineData("foreman", "foreman-system", "foreman-operator")]
    [InlineData("second", "elsewhere", "own")]
    public async Task The_chart_installs_the_policies_that_programs_carry_for_its_own_accounts(string release, string space, string account)
    {
        var rendered = YamlToJson.ConvertAll(await cluster.HelmAlone().RunAsync(
            "template", release, ChartCluster.Path, "--namespace", space, "--set", $"serviceAccount.name={account}", "--show-only", "templates/policies.yaml"));
        var name = release == "foreman" ? release : $"{release}-foreman";

        var carried = Api.AdmissionPolicies.For(space, $"{space}.{name}", account, $"{name}-runner").Select(YamlToJson.Convert).ToList();

        Assert.Equal(carried.Select(NameOf).Order(StringComparer.Ordinal), rendered.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.All(carried, policy => Assert.True(
            JsonNode.DeepEquals(policy["spec"], rendered.Single(r => NameOf(r) == NameOf(policy))["spec"]), NameOf(policy)));
    }

    [Fact]
    public async Task Policies_fail_closed_and_deny()
    {
        var rendered = YamlToJson.ConvertAll(await cluster.HelmAlone().RunAsync(
            "template", "foreman", ChartCluster.Path, "--namespace", ChartCluster.Space, "--show-only", "templates/policies.yaml"));
        var (policies, bindings) = (rendered.Where(IsPolicy).ToList(), rendered.Where(r => !IsPolicy(r)).ToList());

        Assert.All(policies, policy => Assert.Equal("Fail", (string?)policy["spec"]!["failurePolicy"]));
        Assert.All(bindings, binding => Assert.Equal("Deny", (string?)binding["spec"]!["validationActions"]!.AsArray().Single()));
        Assert.Equal(policies.Select(NameOf).Order(StringComparer.Ordinal), bindings.Select(b => $"ValidatingAdmissionPolicy {b["spec"]!["policyName"]}").Order(StringComparer.Ordinal));

        static bool IsPolicy(JsonObject manifest) => (string?)manifest["kind"] == "ValidatingAdmissionPolicy";
    }

    private static string NameOf(JsonObject manifest) => $"{manifest["kind"]} {manifest["metadata"]!["name"]}";
}
