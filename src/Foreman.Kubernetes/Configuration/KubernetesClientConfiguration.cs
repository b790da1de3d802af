using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes;

/// <summary>
/// Where a cluster's API server is, how it is trusted and who asks.
/// Made from a kubeconfig (as kubectl reads it), from the files of a pod, or by hand.
/// </summary>
public sealed partial record KubernetesClientConfiguration
{
    /// <summary>Root URL of the API server, <c>https://host:port[/path]</c>.</summary>
    public required Uri Host { get; init; }

    /// <summary>Namespace of the context; <c>default</c> when none is named.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Name of the context that was chosen; null outside of a kubeconfig.</summary>
    public string? CurrentContext { get; init; }

    /// <summary>A bearer token that does not change. <see cref="TokenFile"/> wins over it.</summary>
    public string? AccessToken { get; init; }

    /// <summary>Kubeconfig file in which <see cref="AccessToken"/> stands; null when it comes from no file.</summary>
    public string? AccessTokenFile { get; init; }

    /// <summary>
    /// Gives the bearer token of each call, for a program that renews its own. It is asked with null before a call, and with the token that was
    /// refused after a 401: when it then gives another one, the call is sent again. It must be quick, safe for many threads, and must not
    /// throw. It wins over <see cref="TokenFile"/>, <see cref="AccessToken"/> and <see cref="Exec"/>; null for none.
    /// </summary>
    public Func<string?, string>? TokenSource { get; init; }

    /// <summary>
    /// A file with the bearer token, re-read every minute, after a 401, and more often once a JWT in it is past 80 % of its
    /// lifetime.
    /// </summary>
    public string? TokenFile { get; init; }

    /// <summary>An exec plugin that supplies the credential; null for none. A token or token file wins over it.</summary>
    public ExecConfig? Exec { get; init; }

    /// <summary>The user that calls impersonate; null for none.</summary>
    public Impersonation? Impersonate { get; init; }

    /// <summary>Client certificate with its private key.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>
    /// PEM file of <see cref="ClientCertificate"/>; null when it comes from no file. It is read again, with
    /// <see cref="ClientKeyFile"/>, every 10 s while calls are made, after a 401 and when TLS fails.
    /// </summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file of the private key that belongs to <see cref="ClientCertificateFile"/>.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Certificates that sign the server's; null to trust what the system trusts.</summary>
    public X509Certificate2Collection? SslCaCerts { get; init; }

    /// <summary>PEM file of <see cref="SslCaCerts"/>, read again like <see cref="ClientCertificateFile"/>; null when they come from no file.</summary>
    public string? SslCaFile { get; init; }

    /// <summary>True to accept any server certificate.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>Name expected in the server's certificate when it is not the host of the URL.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Proxy to the server; null for none (other than what <see cref="UseEnvironmentProxy"/> allows).</summary>
    public Uri? Proxy { get; init; }

    /// <summary>True to honour <c>HTTPS_PROXY</c> and <c>NO_PROXY</c>; never for loopback or in-cluster servers.</summary>
    public bool UseEnvironmentProxy { get; init; }

    /// <summary>
    /// The rules behind <see cref="UseEnvironmentProxy"/>, so that all calls of a program follow the same; null for those of .NET, which
    /// know no address ranges in <c>NO_PROXY</c>.
    /// </summary>
    public IWebProxy? EnvironmentProxy { get; init; }

    /// <summary>The proxy that calls go through, and where it is configured, for messages; null when they go to the server directly.</summary>
    internal string? Through => Proxy is { } proxy
        ? $"{proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)} (proxy-url of the kubeconfig)"
        : UseEnvironmentProxy && (EnvironmentProxy ?? HttpClient.DefaultProxy).GetProxy(Host) is { } found
            ? $"{found.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)} (HTTPS_PROXY; NO_PROXY names the hosts that are called without)"
            : null;

    /// <summary>Product name and version sent with each request.</summary>
    public string UserAgent { get; init; } = $"foreman-kubernetes/{typeof(KubernetesClientConfiguration).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>
    /// How long one call may take, watches excepted: from its sending to the end of its answer. Waits that the server asks
    /// for are not counted (<see cref="CallOptions.MaxRetryAfter"/>). Default 30 s.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Interval of keep-alive pings on an idle connection, and how long to wait for their acknowledgement: with the default
    /// of 20 s a half-open connection is detected within 40 s. At least 1 s.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The configuration that kubectl would use here: the files of <c>KUBECONFIG</c>, else <c>~/.kube/config</c>,
    /// else the service account of the pod.
    /// </summary>
    /// <exception cref="KubeConfigException">There is none of them, or one has a mistake.</exception>
    public static KubernetesClientConfiguration BuildDefaultConfig(string? context = null) =>
        KubeConfigLocator.BuildDefault(KubeConfigEnvironment.OfProcess, context);

    /// <summary>The configuration in kubeconfig files.</summary>
    /// <param name="path">A file, or null for the files that kubectl would read.</param>
    /// <param name="context">Name of a context, or null for the file's <c>current-context</c>.</param>
    /// <exception cref="KubeConfigException">The file can't be read or has a mistake.</exception>
    public static KubernetesClientConfiguration BuildConfigFromConfigFile(string? path = null, string? context = null) =>
        path is null
            ? KubeConfigLocator.BuildFromFiles(KubeConfigEnvironment.OfProcess, context)
            : KubeConfigResolver.Resolve(KubeConfigFile.Load(path), context, KubeConfigEnvironment.OfProcess);

    /// <summary>Server and context; never the credentials.</summary>
    public override string ToString() => $"{nameof(KubernetesClientConfiguration)} {Host}{(CurrentContext is null ? "" : $" ({CurrentContext})")}";
}
