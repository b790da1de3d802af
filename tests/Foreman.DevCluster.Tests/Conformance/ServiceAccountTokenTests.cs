using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

/// <summary>Tokens of ServiceAccounts, on both servers.</summary>
public sealed class ServiceAccountTokenTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, DevCluster, KubeApiServer]
    public async Task A_token_is_that_of_its_account_and_ends_with_it(IClusterUnderTest cluster)
    {
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());
        Assert.Equal(201, (await AccountAsync(api, "robot")).Code);

        var token = await TokenAsync(api, "robot", """{"expirationSeconds":600}""");

        Assert.Equal(201, token.Code);
        Assert.Equal(600, (int)token["spec.expirationSeconds"]!);
        var user = await WhoAsync(cluster, api, token);
        Assert.Equal((201, $"system:serviceaccount:{api.Namespace}:robot"), (user.Code, (string?)user["status.userInfo.username"]));
        Assert.Equal(
            ["system:authenticated", "system:serviceaccounts", $"system:serviceaccounts:{api.Namespace}"],
            user["status.userInfo.groups"]!.AsArray().Select(group => (string)group!).Order(StringComparer.Ordinal));
        var uid = (string)(await api.GetAsync($"{Accounts(api)}/robot"))["metadata.uid"]!;
        Assert.Equal(uid, (string?)user["status.userInfo.uid"]);

        await api.DeleteAsync($"{Accounts(api)}/robot");
        await AccountAsync(api, "robot");

        await Eventually.TrueAsync(async () => (await WhoAsync(cluster, api, token)).Code == 401, "the token to be refused", TimeSpan.FromMinutes(1));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_token_that_is_bound_to_a_Secret_ends_with_it(IClusterUnderTest cluster)
    {
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());
        await AccountAsync(api, "robot");
        var secret = await api.PostAsync($"api/v1/namespaces/{api.Namespace}/secrets", """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"bound"}}""");
        Assert.Equal(201, secret.Code);

        var token = await TokenAsync(api, "robot", $$$"""{"expirationSeconds":600,"boundObjectRef":{"apiVersion":"v1","kind":"Secret","name":"bound","uid":"{{{secret.Uid}}}"}}""");
        var other = await TokenAsync(api, "robot", """{"boundObjectRef":{"apiVersion":"v1","kind":"Secret","name":"bound","uid":"another"}}""");
        var none = await TokenAsync(api, "robot", """{"boundObjectRef":{"apiVersion":"v1","kind":"Secret","name":"none"}}""");

        Assert.Equal((201, 409, 404), (token.Code, other.Code, none.Code));
        Assert.Equal(201, (await WhoAsync(cluster, api, token)).Code);
        await api.DeleteAsync($"api/v1/namespaces/{api.Namespace}/secrets/bound");
        await Eventually.TrueAsync(async () => (await WhoAsync(cluster, api, token)).Code == 401, "the token to be refused", TimeSpan.FromMinutes(1));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_token_lives_ten_minutes_at_least_and_an_hour_unless_asked(IClusterUnderTest cluster)
    {
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());
        await AccountAsync(api, "robot");

        var usual = await TokenAsync(api, "robot", "{}");
        var brief = await TokenAsync(api, "robot", """{"expirationSeconds":599}""");
        var nobody = await TokenAsync(api, "nobody", "{}");

        Assert.Equal((201, 3600), (usual.Code, (int)usual["spec.expirationSeconds"]!));
        Assert.Equal((422, "Invalid"), (brief.Code, brief.Reason));
        Assert.Contains("may not specify a duration less than 10 minutes", brief.Message, StringComparison.Ordinal);
        Assert.Equal(404, nobody.Code);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_token_that_was_changed_is_refused(IClusterUnderTest cluster)
    {
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());
        await AccountAsync(api, "robot");
        var token = (string)(await TokenAsync(api, "robot", "{}"))["status.token"]!;
        var parts = token.Split('.');

        foreach (var changed in new[] { $"{parts[0]}.{parts[1]}.", $"{parts[0]}..{parts[2]}", $"{parts[1]}.{parts[1]}.{parts[2]}", parts[1], "a.b.c", "..", " " })
        {
            Assert.Equal(401, (await WhoAsync(cluster, api, changed)).Code);
        }
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_policy_judges_who_asks_for_which_token(IClusterUnderTest cluster)
    {
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());
        await AccountAsync(api, "robot");
        var name = "tokens-" + api.Namespace;
        const string Group = "apis/admissionregistration.k8s.io/v1/validatingadmissionpolic";
        var policy = await api.PostAsync($"{Group}ies", $$$"""
            {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy","metadata":{"name":"{{{name}}}"},"spec":{
              "matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["serviceaccounts/token"]}]},
              "matchConditions":[{"name":"here","expression":"request.namespace == '{{{api.Namespace}}}'"}],
              "validations":[{"expression":"object.spec.expirationSeconds <= 3600","messageExpression":"request.kind.kind + ' of ' + request.name + ' for ' + string(object.spec.expirationSeconds) + ' s'","reason":"Forbidden"}]}}
            """);
        Assert.True(policy.Code == 201, policy.Text);
        Assert.Equal(201, (await api.PostAsync($"{Group}ybindings", $$$"""
            {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding","metadata":{"name":"{{{name}}}"},"spec":{"policyName":"{{{name}}}","validationActions":["Deny"]}}
            """)).Code);

        await Eventually.TrueAsync(async () => (await TokenAsync(api, "robot", """{"expirationSeconds":3601}""")).Code == 403, "the policy to hold");

        var refused = await TokenAsync(api, "robot", """{"expirationSeconds":86400}""");
        Assert.Equal("Forbidden", refused.Reason);
        Assert.EndsWith("denied request: TokenRequest of robot for 86400 s", refused.Message, StringComparison.Ordinal);
        Assert.Equal(201, (await TokenAsync(api, "robot", """{"expirationSeconds":3600}""")).Code);
        await api.DeleteAsync($"{Group}ybindings/{name}");
        await api.DeleteAsync($"{Group}ies/{name}");
    }

    private static string Accounts(RawApi api) => $"api/v1/namespaces/{api.Namespace}/serviceaccounts";

    private static Task<Reply> AccountAsync(RawApi api, string name) =>
        api.PostAsync(Accounts(api), $$$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"{{{name}}}"}}""");

    private static Task<Reply> TokenAsync(RawApi api, string name, string spec) =>
        api.PostAsync($"{Accounts(api)}/{name}/token", $$$"""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{{{spec}}}}""");

    private Task<Reply> WhoAsync(IClusterUnderTest cluster, RawApi api, Reply token) => WhoAsync(cluster, api, (string)token["status.token"]!);

    private async Task<Reply> WhoAsync(IClusterUnderTest cluster, RawApi api, string token)
    {
        var admin = await File.ReadAllTextAsync(cluster.AdminKubeconfigPath);
        string Value(string key) => System.Text.RegularExpressions.Regex.Match(admin, $@"\b{key}:\s*(\S+)").Groups[1].Value;
        var authority = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(Value("certificate-authority-data")));
        using var asRobot = RawApi.Connect(_folder.Write("kubeconfig", KubeconfigText.ForToken(Value("server"), authority, token)), api.Namespace);
        return await asRobot.PostAsync("apis/authentication.k8s.io/v1/selfsubjectreviews", """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""");
    }
}
