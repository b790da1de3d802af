using System.Security.Cryptography.X509Certificates;

namespace Foreman.Kubernetes;

/// <summary>Turns a context of a kubeconfig into a configuration.</summary>
internal static class KubeConfigResolver
{
    /// <summary>Keys that kubectl supports and this library does not: ignoring one would connect with other credentials.</summary>
    private static readonly (string Key, string Remedy)[] UnsupportedUserKeys =
    [
        ("auth-provider", "Put an exec plugin, a token, a tokenFile or a client certificate there instead"),
        ("username", "Put a token or a client certificate there instead: Kubernetes no longer takes passwords"),
    ];

    public static KubernetesClientConfiguration Resolve(KubeConfigFile file, string? context, KubeConfigEnvironment environment)
    {
        var name = context ?? file.CurrentContext;
        if (string.IsNullOrEmpty(name))
        {
            throw new KubeConfigException(file.Source, "current-context", "is not set", $"Choose one with --kube-context or kubectl config use-context; there are: {Names(file.Contexts)}");
        }

        if (!file.Contexts.TryGetValue(name, out var chosen))
        {
            throw new KubeConfigException(
                file.Source, context is null ? "current-context" : "contexts", $"there is no context `{name}`", $"Name one of: {Names(file.Contexts)}");
        }

        var cluster = Reference(chosen, "cluster", file.Clusters)
            ?? throw chosen.Error("cluster", "is missing", $"Name one of the clusters: {Names(file.Clusters)}");
        var user = Reference(chosen, "user", file.Users) is { } named ? RefuseUnsupported(named) : null;
        var server = Server(cluster);
        return new()
        {
            Host = server,
            Namespace = chosen.Text("namespace") ?? "default",
            CurrentContext = name,
            SslCaCerts = Authorities(cluster),
            SslCaFile = cluster.PemFile("certificate-authority"),
            SkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = ProxyOf(cluster),
            UseEnvironmentProxy = environment.HasProxyVariable && !server.IsLoopback,
            TokenFile = user?.FilePath("tokenFile"),
            AccessToken = user?.Text("token"),
            AccessTokenFile = user?.Text("token") is null ? null : user.File,
            ClientCertificate = user is null ? null : ClientCertificate(user),
            ClientCertificateFile = user?.PemFile("client-certificate"),
            ClientKeyFile = user?.PemFile("client-key"),
            Exec = user is null ? null : ExecEntry.Read(user, cluster),
            Impersonate = user is null ? null : ImpersonationOf(user),
        };
    }

    private static KubeConfigEntry? Reference(KubeConfigEntry context, string key, IReadOnlyDictionary<string, KubeConfigEntry> entries)
    {
        if (context.Text(key) is not { } name)
        {
            return null;
        }

        return entries.TryGetValue(name, out var entry)
            ? entry
            : throw context.Error(key, $"names `{name}`, which is not in {key}s", $"Name one of: {Names(entries)}");
    }

    private static Uri Server(KubeConfigEntry cluster)
    {
        var text = cluster.Text("server") ?? throw cluster.Error("server", "is missing", "Put the URL of the API server there, for example https://192.0.2.1:6443");
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri
            : throw cluster.Error("server", $"`{text}` is not an http or https URL", "Put the URL of the API server there, for example https://192.0.2.1:6443");
    }

    private static Uri? ProxyOf(KubeConfigEntry cluster)
    {
        if (cluster.Text("proxy-url") is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5"
            ? uri
            : throw cluster.Error("proxy-url", $"`{text}` is not an http, https or socks5 URL", "Correct it, or remove the key");
    }

    private static X509Certificate2Collection? Authorities(KubeConfigEntry cluster)
    {
        var found = cluster.Pem("certificate-authority");
        if (found is null)
        {
            return null;
        }

        if (cluster.Flag("insecure-skip-tls-verify"))
        {
            throw cluster.Error("insecure-skip-tls-verify", "is true although a certificate authority is given", "Remove one of the two");
        }

        return PemFiles.Certificates(found.Value.Pem, cluster.File, cluster.Path(found.Value.Key));
    }

    private static KubeConfigEntry RefuseUnsupported(KubeConfigEntry user)
    {
        foreach (var (key, remedy) in UnsupportedUserKeys)
        {
            if (user.Has(key))
            {
                throw user.Error(key, "is not supported by this release", remedy);
            }
        }

        return user;
    }

    private static X509Certificate2? ClientCertificate(KubeConfigEntry user) =>
        (user.Pem("client-certificate"), user.Pem("client-key")) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => PemFiles.CertificateWithKey(certificate.Pem, key.Pem, user.File, user.Path(certificate.Key)),
            ({ }, null) => throw user.Error("client-key-data", "is missing beside the client certificate", "Add client-key or client-key-data"),
            (null, { }) => throw user.Error("client-certificate-data", "is missing beside the client key", "Add client-certificate or client-certificate-data"),
        };

    private static Impersonation? ImpersonationOf(KubeConfigEntry user)
    {
        if (user.Text("as") is not { } name)
        {
            return Array.Find(["as-uid", "as-groups", "as-user-extra"], user.Has) is { } alone
                ? throw user.Error(alone, "stands there without `as`", "Name the user in `as`, or remove the key")
                : null;
        }

        var extra = user.Map("as-user-extra");
        return new()
        {
            User = name,
            Uid = user.Text("as-uid"),
            Groups = user.Texts("as-groups"),
            Extra = extra?.Keys.ToDictionary(key => key, extra.Texts) ?? [],
        };
    }

    private static string Names(IReadOnlyDictionary<string, KubeConfigEntry> entries) =>
        entries.Count == 0 ? "(none is defined)" : string.Join(", ", entries.Keys.Order(StringComparer.Ordinal));
}
