using System.Collections.Concurrent;

namespace Foreman.DevCluster.Tests.Support;

/// <summary>Installs the kind Widget into a cluster, once for each.</summary>
internal static class TestDefinitions
{
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Installed = new();

    public static string Yaml { get; } = Read();

    public static Task InstallAsync(IClusterUnderTest cluster) =>
        Installed.GetOrAdd(cluster.AdminKubeconfigPath, _ => new Lazy<Task>(() => ApplyAsync(cluster))).Value;

    private static async Task ApplyAsync(IClusterUnderTest cluster)
    {
        await cluster.Kubectl.ApplyAsync(Yaml);
        await cluster.Kubectl.RunAsync("wait", "--for=condition=Established", "--timeout=30s", "crd/widgets.test.foreman.dev");
        using var api = RawApi.Connect(cluster.AdminKubeconfigPath, "default");
        await Eventually.TrueAsync(async () => (await api.GetAsync(api.Widgets)).Code == 200, "Widgets to be served");
    }

    private static string Read()
    {
        using var reader = new StreamReader(typeof(TestDefinitions).Assembly.GetManifestResourceStream("widgets.yaml")!);
        return reader.ReadToEnd();
    }
}
