using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>Reads the <c>exec</c> entry of a kubeconfig's user.</summary>
internal static class ExecEntry
{
    private const string ClusterExtension = "client.authentication.k8s.io/exec";

    public static ExecConfig? Read(KubeConfigEntry user, KubeConfigEntry cluster)
    {
        if (user.Map("exec") is not { } exec)
        {
            return null;
        }

        var version = exec.Text("apiVersion") ?? throw exec.Error("apiVersion", "is missing", $"Write one of: {Versions}");
        if (!ExecConfig.KnownVersions.Contains(version))
        {
            throw exec.Error("apiVersion", $"`{version}` is not spoken here, expected one of: {Versions}", "Update the plugin and its entry");
        }

        var command = exec.Text("command") ?? throw exec.Error("command", "is missing", "Name the program there");
        return new()
        {
            ApiVersion = version,
            Command = ResolveCommand(command, exec),
            Args = exec.Texts("args"),
            Env = EnvironmentVariables(exec),
            InteractiveMode = ParseInteractiveMode(exec, version),
            Cluster = exec.Flag("provideClusterInfo") ? ClusterInfo(cluster) : null,
            InstallHint = exec.Text("installHint"),
            Source = (exec.File, user.Path("exec")),
        };
    }

    private static string Versions => string.Join(", ", ExecConfig.KnownVersions);

    /// <summary>A command with a slash is relative to the folder of the kubeconfig; one without is looked for in PATH.</summary>
    private static string ResolveCommand(string command, KubeConfigEntry exec) =>
        command.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar) ? exec.FilePath("command")! : command;

    private static Dictionary<string, string> EnvironmentVariables(KubeConfigEntry exec)
    {
        var variables = new Dictionary<string, string>();
        foreach (var entry in exec.Maps("env"))
        {
            variables[entry.Text("name") ?? throw entry.Error("name", "is missing", "Name the environment variable")] = entry.Text("value") ?? "";
        }

        return variables;
    }

    private static ExecInteractiveMode ParseInteractiveMode(KubeConfigEntry exec, string version) => exec.Text("interactiveMode") switch
    {
        "IfAvailable" => ExecInteractiveMode.IfAvailable,
        "Never" => ExecInteractiveMode.Never,
        "Always" => ExecInteractiveMode.Always,
        null when version.EndsWith("/v1beta1", StringComparison.Ordinal) => ExecInteractiveMode.IfAvailable,
        null => throw exec.Error("interactiveMode", $"is missing, which {version} needs", "Write Never, IfAvailable or Always"),
        var other => throw exec.Error("interactiveMode", $"`{other}` is none of Never, IfAvailable and Always", "Write one of them"),
    };

    private static ExecCluster ClusterInfo(KubeConfigEntry cluster) => new()
    {
        Server = cluster.Text("server") ?? "",
        TlsServerName = cluster.Text("tls-server-name"),
        InsecureSkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
        CertificateAuthorityData = cluster.Pem("certificate-authority") is { } authorities ? Encoding.UTF8.GetBytes(authorities.Pem) : null,
        ProxyUrl = cluster.Text("proxy-url"),
        Config = Extension(cluster),
    };

    private static JsonNode? Extension(KubeConfigEntry cluster) => cluster.Maps("extensions")
        .FirstOrDefault(e => e.Text("name") == ClusterExtension) is { } found ? found.Json("extension") : null;
}
