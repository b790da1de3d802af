using System.Globalization;

namespace Foreman.Kubernetes;

/// <summary>Reads what Kubernetes mounts into a pod for its service account.</summary>
internal static class InClusterFiles
{
    private const string HostVariable = "KUBERNETES_SERVICE_HOST";
    private const string PortVariable = "KUBERNETES_SERVICE_PORT";

    public static bool IsAvailable(KubeConfigEnvironment environment) =>
        environment.NonBlank(HostVariable) is not null
        && environment.NonBlank(PortVariable) is not null
        && File.Exists(TokenFile(environment));

    public static KubernetesClientConfiguration Read(KubeConfigEnvironment environment)
    {
        var host = environment.NonBlank(HostVariable);
        var port = environment.NonBlank(PortVariable);
        if (host is null || port is null)
        {
            throw new KubeConfigException(
                "environment", HostVariable, "is not set, so this process does not run in a pod", "Name a kubeconfig file with KUBECONFIG or --kubeconfig");
        }

        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new KubeConfigException("environment", PortVariable, $"`{port}` is not a port number", "Unset it, or set it to the API server's port");
        }

        var token = TokenFile(environment);
        if (!File.Exists(token))
        {
            throw new KubeConfigException(
                token, null, "there is no such file, so the pod has no service account token", "Set automountServiceAccountToken: true on the pod or its service account");
        }

        var ca = Path.Combine(environment.ServiceAccountFolder, "ca.crt");
        var ns = Path.Combine(environment.ServiceAccountFolder, "namespace");
        return new()
        {
            Host = new UriBuilder("https", host, number).Uri,
            TokenFile = token,
            SslCaFile = ca,
            SslCaCerts = PemFiles.Certificates(PemFiles.ReadText(ca, ca, null), ca, null),
            Namespace = File.Exists(ns) ? PemFiles.ReadText(ns, ns, null).Trim() : "default",
        };
    }

    private static string TokenFile(KubeConfigEnvironment environment) => Path.Combine(environment.ServiceAccountFolder, "token");
}
