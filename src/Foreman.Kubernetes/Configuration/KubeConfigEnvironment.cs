namespace Foreman.Kubernetes;

/// <summary>The parts of the environment that the search for a configuration reads.</summary>
/// <param name="Variable">Reads an environment variable.</param>
/// <param name="HomeFolder">The user's home folder; empty when there is none.</param>
/// <param name="ServiceAccountFolder">Folder into which Kubernetes mounts a pod's service account.</param>
internal sealed record KubeConfigEnvironment(Func<string, string?> Variable, string HomeFolder, string ServiceAccountFolder)
{
    public static KubeConfigEnvironment OfProcess { get; } = new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount");

    private static readonly string[] ProxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

    public bool HasProxyVariable => ProxyVariables.Any(name => NonBlank(name) is not null);

    /// <summary>A variable that holds more than white space, or null.</summary>
    public string? NonBlank(string name) => Variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;
}
