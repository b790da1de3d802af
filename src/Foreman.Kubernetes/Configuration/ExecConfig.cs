namespace Foreman.Kubernetes;

/// <summary>
/// A program that gives the credential (an exec plugin of client-go), such as the cloud providers have. It is run when a
/// credential is needed first, when the one it gave has expired, and once when the server answers 401.
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

    /// <summary>The cluster, told to the program in <c>KUBERNETES_EXEC_INFO</c>; null to tell nothing.</summary>
    public ExecCluster? Cluster { get; init; }

    /// <summary>How to get the program, shown when it is not there.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Where this stands in a configuration, for messages: file and key.</summary>
    internal (string File, string Key) Source { get; init; } = ("configuration", "exec");

    /// <summary>How long a run may take; then it is stopped. Default 1 min, 5 min when it may ask the user.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The versions of <c>ExecCredential</c> that can be spoken here.</summary>
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

/// <summary>What a credential plugin is told of the cluster (client.authentication.k8s.io Cluster).</summary>
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

    /// <summary>What stands in the cluster's extension <c>client.authentication.k8s.io/exec</c>, as JSON; null for nothing.</summary>
    public System.Text.Json.Nodes.JsonNode? Config { get; init; }
}
