using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

/// <summary>Who makes a request: tokens of ServiceAccounts and impersonation, on both servers.</summary>
public sealed class IdentityTests
{
    private const string NodeName = "authentication.kubernetes.io/node-name";

    [Theory, DevCluster, KubeApiServer]
    public async Task A_token_is_that_of_its_account_until_the_account_is_deleted(IClusterUnderTest cluster)
    {
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());
        var accounts = $"api/v1/namespaces/{api.Namespace}/serviceaccounts";
        var account = await api.PostAsync(accounts, """{"metadata":{"name":"mac-1"}}""");
        var issued = await api.PostAsync(accounts + "/mac-1/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}""");
        var token = (string)issued["status.token"]!;

        var (code, user) = await WhoAsync(api, request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token));
        Assert.Equal(201, code);
        Assert.Equal(($"system:serviceaccount:{api.Namespace}:mac-1", account.Uid), ((string?)user?["username"], (string?)user?["uid"]));
        Assert.Equal(["system:authenticated", "system:serviceaccounts", $"system:serviceaccounts:{api.Namespace}"], Texts(user?["groups"]));

        Assert.Equal(200, (await api.DeleteAsync(accounts + "/mac-1")).Code);
        await Eventually.TrueAsync(
            async () => (await WhoAsync(api, request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token))).Code == 401,
            "the token to end", TimeSpan.FromMinutes(1));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_token_for_less_than_ten_minutes_and_one_of_no_account_are_refused(IClusterUnderTest cluster)
    {
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());
        var accounts = $"api/v1/namespaces/{api.Namespace}/serviceaccounts";
        await api.PostAsync(accounts, """{"metadata":{"name":"mac-1"}}""");

        var brief = await api.PostAsync(accounts + "/mac-1/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":60}}""");
        var none = await api.PostAsync(accounts + "/mac-2/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""");

        Assert.Equal((422, "Invalid"), (brief.Code, brief.Reason));
        Assert.Contains("may not specify a duration less than 10 minutes", brief.Message, StringComparison.Ordinal);
        Assert.Equal((404, "serviceaccounts \"mac-2\" not found"), (none.Code, none.Message));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task The_owner_acts_as_whom_the_headers_name(IClusterUnderTest cluster)
    {
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, "default");

        var (code, account) = await WhoAsync(api, request =>
        {
            request.Headers.TryAddWithoutValidation("Impersonate-User", "system:serviceaccount:hosts:mac-1");
            request.Headers.TryAddWithoutValidation("Impersonate-Extra-authentication.kubernetes.io%2Fnode-name", "n1");
        });
        var (_, person) = await WhoAsync(api, request =>
        {
            request.Headers.TryAddWithoutValidation("Impersonate-User", "jane");
            request.Headers.TryAddWithoutValidation("Impersonate-Group", "visitors");
            request.Headers.TryAddWithoutValidation("Impersonate-Uid", "u-1");
        });

        Assert.Equal((201, "system:serviceaccount:hosts:mac-1"), (code, (string?)account?["username"]));
        Assert.Equal(["system:authenticated", "system:serviceaccounts", "system:serviceaccounts:hosts"], Texts(account?["groups"]));
        Assert.Equal(["n1"], Texts(account?["extra"]?[NodeName]));
        Assert.Equal(("jane", "u-1"), ((string?)person?["username"], (string?)person?["uid"]));
        Assert.Contains("visitors", Texts(person?["groups"]));
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task Nobody_else_acts_as_another(IClusterUnderTest cluster)
    {
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, await cluster.NewNamespaceAsync());
        var accounts = $"api/v1/namespaces/{api.Namespace}/serviceaccounts";
        await api.PostAsync(accounts, """{"metadata":{"name":"mac-1"}}""");
        var issued = await api.PostAsync(accounts + "/mac-1/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""");

        var (code, _) = await WhoAsync(api, request =>
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (string)issued["status.token"]!);
            request.Headers.TryAddWithoutValidation("Impersonate-User", "jane");
        });

        Assert.Equal(403, code);
    }

    private static async Task<(int Code, JsonNode? User)> WhoAsync(RawApi api, Action<HttpRequestMessage> identify)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "apis/authentication.k8s.io/v1/selfsubjectreviews")
        {
            Content = new StringContent("""{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""", Encoding.UTF8, "application/json"),
        };
        identify(request);
        using var answer = await api.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["status"] is JsonObject status ? status["userInfo"] : null);
    }

    private static string[] Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => (string)item!).Order(StringComparer.Ordinal)];
}
