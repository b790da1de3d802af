using Foreman.Testing;

namespace Foreman.Kubernetes.Bench;

/// <summary>The size of a trimmed program that lists and watches, once it has shown that it does.</summary>
internal static class TrimmedProgram
{
    public static async Task<IReadOnlyList<Finding>> MeasureAsync(string path, CancellationToken stop)
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync("bench");
        await using var program = RealProcess.Start(new ProcessRequest
        {
            Program = path,
            Arguments = [space],
            Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = cluster.AdminKubeconfigPath },
        });
        await program.WaitForLineAsync("^[0-9]+ ConfigMaps$");
        await client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "seen", NamespaceProperty = space } }, cancellationToken: stop);
        await program.WaitForLineAsync("^Added seen$");
        await program.StopAsync();
        return [Finding.AtMost("trimmed program that lists and watches", new FileInfo(path).Length / 1e6, "MB", 20)];
    }
}
