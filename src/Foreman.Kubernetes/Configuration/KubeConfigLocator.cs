namespace Foreman.Kubernetes;

/// <summary>Finds the configuration that kubectl would use.</summary>
internal static class KubeConfigLocator
{
    private const string Variable = "KUBECONFIG";

    public static KubernetesClientConfiguration BuildDefault(KubeConfigEnvironment environment, string? context)
    {
        if (environment.NonBlank(Variable) is not null || File.Exists(HomeFile(environment)))
        {
            return BuildFromFiles(environment, context);
        }

        if (InClusterFiles.IsAvailable(environment))
        {
            return InClusterFiles.Read(environment);
        }

        throw new KubeConfigException(
            HomeFile(environment),
            null,
            "there is no such file, KUBECONFIG is not set, and this is not a pod with a service account",
            "Name a kubeconfig file with KUBECONFIG or --kubeconfig");
    }

    public static KubernetesClientConfiguration BuildFromFiles(KubeConfigEnvironment environment, string? context)
    {
        if (environment.NonBlank(Variable) is not { } list)
        {
            return KubeConfigResolver.Resolve(KubeConfigFile.Load(HomeFile(environment)), context, environment);
        }

        var files = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var present = files.Where(File.Exists).ToArray();
        if (present.Length == 0)
        {
            throw new KubeConfigException(
                list, null, "no file that KUBECONFIG names exists", "Set KUBECONFIG to the path of a kubeconfig file, or unset it");
        }

        return KubeConfigResolver.Resolve(KubeConfigFile.Merge([.. present.Select(KubeConfigFile.Load)]), context, environment);
    }

    private static string HomeFile(KubeConfigEnvironment environment) => Path.Combine(environment.HomeFolder, ".kube", "config");
}
