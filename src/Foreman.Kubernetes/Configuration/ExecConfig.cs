namespace Foreman.Kubernetes;

/// <summary>
/// A program that gives the credential (an exec plugin of client-go), such as the cloud providers have. It runs when a
/// credential is first needed, when its credential has expired, and once after a 401.
/// </summary>
public sealed record ExecConfig
{
    /// <summary>Version of the <c>ExecCredential</c> that the program reads and writes; see <see cref="KnownVersions"/>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The program: a name that is looked for in <c>PATH</c>, or a path.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments, each passed as it is.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Environment variables that it gets besides those of this process.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it may ask the user something.</summary>
    public ExecInteractiveMode InteractiveMode { get; init; } = ExecInteractiveMode.IfAvailable;

    /// <summary>The cluster, passed to the program in <c>KUBERNETES_EXEC_INFO</c>; null to pass none.</summary>
    public ExecCluster? Cluster { get; init; }

    /// <summary>How to get the program, shown when it is not there.</summary>
    public string? InstallHint { get; init; }

    /// <summary>File and key of this entry, for messages.</summary>
    internal (string File, string Key) Source { get; init; } = ("configuration", "exec");

    /// <summary>How long a run may take; then it is stopped. Default 1 min, 5 min when it may ask the user.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The supported versions of <c>ExecCredential</c>.</summary>
    public static IReadOnlyList<string> KnownVersions { get; } = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    /// <summary>Arguments and variables may hold secrets.</summary>
    public override string ToString() => $"{nameof(ExecConfig)} {Command}";
}

/// <summary>Whether a credential plugin gets this process's standard input.</summary>
public enum ExecInteractiveMode
{
    /// <summary>When it is a terminal.</summary>
    IfAvailable,

    /// <summary>Never.</summary>
    Never,

    /// <summary>Always: without a terminal the program is not run.</summary>
    Always,
}

/// <summary>The cluster as passed to an exec plugin (client.authentication.k8s.io Cluster).</summary>
public sealed record ExecCluster
{
    /// <summary>URL of the API server.</summary>
    public required string Server { get; init; }

    /// <summary>Name expected in the server's certificate; null for the host of the URL.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>True when the server's certificate is not looked at.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>Certificates that sign the server's, PEM.</summary>
    public byte[]? CertificateAuthorityData { get; init; }

    /// <summary>Proxy to the server; null for none.</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>The cluster's extension <c>client.authentication.k8s.io/exec</c>, as JSON; null for none.</summary>
    public System.Text.Json.Nodes.JsonNode? Config { get; init; }
}
