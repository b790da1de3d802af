using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Support;

/// <summary>
/// A kubeconfig whose credential comes from a script: it fails while the file <c>broken</c> lies beside it, and hangs while
/// <c>hanging</c> does. The credential ends as it is given, so that each request runs the script.
/// </summary>
internal sealed class PluginKubeconfig(TempFolder folder)
{
    public string Path { get; private set; } = "";

    public static async Task<PluginKubeconfig> WriteAsync(IClusterUnderTest cluster, string space, TempFolder folder)
    {
        var withToken = await cluster.KubeconfigForAsync("agent", space);
        var token = KubernetesClientConfiguration.BuildConfigFromConfigFile(withToken).AccessToken;
        var plugin = folder.Write("plugin.sh", $$$"""
            if [ -e '{{{folder["hanging"]}}}' ]; then exec sleep 600; fi
            if [ -e '{{{folder["broken"]}}}' ]; then echo 'the login has ended' >&2; exit 1; fi
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"{{{token}}}","expirationTimestamp":"2001-01-01T00:00:00Z"}}'
            """);
        var path = folder.Write("kubeconfig", (await File.ReadAllTextAsync(withToken)).Replace(
            $"    token: {token}",
            $"    exec: {{apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: ['{plugin}'], interactiveMode: Never}}",
            StringComparison.Ordinal));
        return new PluginKubeconfig(folder) { Path = path };
    }

    public void Break() => folder.Write("broken", "");

    public void Mend() => File.Delete(folder["broken"]);

    public void Hang() => folder.Write("hanging", "");
}
