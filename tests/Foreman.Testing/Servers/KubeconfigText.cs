using System.Text;

namespace Foreman.Testing;

/// <summary>Writes kubeconfigs.</summary>
public static class KubeconfigText
{
    /// <summary>One cluster, one user with a bearer token, one context.</summary>
    /// <param name="url">Where the API is.</param>
    /// <param name="authority">PEM of the certificate authority to trust.</param>
    /// <param name="token">Bearer token.</param>
    /// <param name="space">The context's namespace; none when null.</param>
    public static string ForToken(string url, string authority, string token, string? space = null) =>
        $$"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: test
          cluster:
            server: {{url}}
            certificate-authority-data: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(authority))}}
        users:
        - name: user
          user:
            token: {{token}}
        contexts:
        - name: test
          context: {cluster: test, user: user{{(space is null ? "" : $", namespace: {space}")}}}
        current-context: test

        """;
}
