namespace Foreman.Testing;

/// <summary>The real helm with one kubeconfig and folders of its own.</summary>
public sealed class Helm(string kubeconfig, TempFolder home)
{
    /// <summary>Runs helm to its end, whatever its exit code. Skips the test when there is no helm.</summary>
    public Task<CommandRun> TryAsync(params string[] arguments) => CommandRun.RunAsync(
        new ProcessRequest
        {
            Program = RealParts.Helm.PathOrSkip(),
            Arguments = arguments,
            Environment = new Dictionary<string, string?>
            {
                ["KUBECONFIG"] = kubeconfig,
                ["HELM_CACHE_HOME"] = home["cache"],
                ["HELM_CONFIG_HOME"] = home["config"],
                ["HELM_DATA_HOME"] = home["data"],
            },
        },
        TimeSpan.FromMinutes(2));

    /// <summary>Runs helm; fails with all it said when the exit code is not 0.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await TryAsync(arguments)).Succeeded().Output;
}
