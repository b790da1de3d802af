using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Foreman.Testing;

/// <summary>
/// The real programs that tests run against, each named by an environment variable. Where none is set and an unpacking script
/// lies beside the source tree, that script is asked once.
/// </summary>
public static partial class RealParts
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Unpacked = new(Unpack);

    /// <summary>Folder with etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl.</summary>
    public static RealPart KubernetesAssets { get; } = Find(
        "KUBEBUILDER_ASSETS", "etcd and kube-apiserver", "set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl (as setup-envtest makes it), or FOREMAN_TEST_KUBECONFIG to a kubeconfig of a throw-away cluster");

    /// <summary>helm.</summary>
    public static RealPart Helm { get; } = Find("FOREMAN_TEST_HELM", "helm", "set FOREMAN_TEST_HELM to the helm program");

    /// <summary>llama-server of llama.cpp.</summary>
    public static RealPart LlamaServer { get; } = Find(
        "FOREMAN_TEST_LLAMA_SERVER", "llama-server", "set FOREMAN_TEST_LLAMA_SERVER to llama.cpp's llama-server and FOREMAN_TEST_MODEL to a tool-calling GGUF model");

    /// <summary>ollama.</summary>
    public static RealPart Ollama { get; } = Find(
        "FOREMAN_TEST_OLLAMA", "ollama", "set FOREMAN_TEST_OLLAMA to the ollama program and FOREMAN_TEST_MODEL to a tool-calling GGUF model");

    /// <summary>The tiny tool-calling model (GGUF; its Modelfile for Ollama lies beside it).</summary>
    public static RealPart Model { get; } = Find("FOREMAN_TEST_MODEL", "the tiny model", "set FOREMAN_TEST_MODEL to a tool-calling GGUF model");

    /// <summary>Folder where npm has installed MCP servers: <c>server-everything</c> and <c>server-filesystem</c> of the protocol's own project.</summary>
    public static RealPart McpServers { get; } = Find(
        "FOREMAN_TEST_MCP_SERVERS", "MCP servers", "run hack/mcp-servers FOLDER, which needs npm, and set FOREMAN_TEST_MCP_SERVERS to the folder");

    /// <summary>kubectl of the same folder as the API server, else the one on PATH.</summary>
    public static RealPart Kubectl { get; } = FindKubectl();

    /// <summary>Absolute path of a program on PATH, or null.</summary>
    public static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static RealPart Find(string variable, string name, string howTo)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(value))
        {
            Unpacked.Value.TryGetValue(variable, out value);
        }

        var there = !string.IsNullOrEmpty(value) && Path.Exists(value);
        var reason = string.IsNullOrEmpty(value) ? $"no {name} here: {howTo}" : $"{variable} names {value}, which is not there: {howTo}";
        return new RealPart(name, there ? value : null, there ? null : reason);
    }

    private static RealPart FindKubectl()
    {
        var beside = KubernetesAssets.Path is { } folder ? Path.Combine(folder, "kubectl") : null;
        var found = File.Exists(beside) ? beside : FindOnPath("kubectl");
        return new RealPart("kubectl", found, found is null ? "no kubectl here: install it, or put it into the folder KUBEBUILDER_ASSETS" : null);
    }

    private static Dictionary<string, string> Unpack()
    {
        var script = RepositoryRoot.At("../shared/tools/unpack");
        if (!File.Exists(script))
        {
            return [];
        }

        using var process = Process.Start(new ProcessStartInfo(script) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? Assignment().Matches(output).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value)
            : throw new InvalidOperationException($"{script} ended with {process.ExitCode}.");
    }

    // export KUBEBUILDER_ASSETS='/var/cache/foreman-test-tools'
    [GeneratedRegex(@"^export (\w+)='([^']*)'$", RegexOptions.Multiline)]
    private static partial Regex Assignment();
}
