using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Conformance;

/// <summary>Whom a request is made for: impersonation, on both servers.</summary>
public sealed class IdentityTests
{
    private const string NodeName = "authentication.kubernetes.io/node-name";

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
        Assert.Equal(["system:authenticated", "visitors"], Texts(person?["groups"]));
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
