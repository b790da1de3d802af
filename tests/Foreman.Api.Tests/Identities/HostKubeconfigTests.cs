namespace Foreman.Api.Tests.Identities;

public sealed class HostKubeconfigTests
{
    [Fact]
    public void Both_tokens_stand_in_contexts_of_their_own()
    {
        var text = HostKubeconfig.Write(new HostCluster("https://192.0.2.1:6443") { Authority = "pem", ServerName = "api" }, "mac-1", "first", "second");

        Assert.Equal(
            """
            apiVersion: v1
            kind: Config
            clusters:
            - name: foreman
              cluster:
                server: https://192.0.2.1:6443
                certificate-authority-data: cGVt
                tls-server-name: api
            users:
            - name: "mac-1"
              user:
                token: first
            - name: "renewal of mac-1"
              user:
                token: second
            contexts:
            - name: foreman
              context:
                cluster: foreman
                user: "mac-1"
            - name: foreman-renewal
              context:
                cluster: foreman
                user: "renewal of mac-1"
            current-context: foreman

            """,
            text);
    }

    [Fact]
    public void Without_a_token_for_a_time_without_the_cluster_there_is_one_context()
    {
        var text = HostKubeconfig.Write(new HostCluster("https://192.0.2.1:6443") { SkipTlsVerify = true, Authority = "pem" }, "mac-1", "first", null);

        Assert.Contains("    insecure-skip-tls-verify: true\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("certificate-authority-data", text, StringComparison.Ordinal);
        Assert.DoesNotContain("renewal", text, StringComparison.Ordinal);
    }
}
