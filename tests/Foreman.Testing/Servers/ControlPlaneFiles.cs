using System.Security.Cryptography;
using Foreman.Testing.Kubelet;

namespace Foreman.Testing;

/// <summary>The files that a control plane needs: a key for ServiceAccount tokens, the admin's token, its kubeconfig.</summary>
internal sealed class ControlPlaneFiles : IDisposable
{
    /// <summary>The admin's bearer token.</summary>
    public const string AdminToken = "admin-of-a-test-cluster";

    // A watch is told when it begins, for it may never end.
    private const string Audited =
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
          - {level: Metadata, userGroups: ["system:serviceaccounts"]}
          - {level: None}
        """;

    public ControlPlaneFiles()
    {
        using var key = RSA.Create(2048);
        ServiceAccountKey = Folder.Write("sa.key", key.ExportRSAPrivateKeyPem());
        AuditPolicy = Folder.Write("audit.yaml", Audited);
        Tokens = Folder.Write("tokens.csv", $"{AdminToken},admin,admin,\"system:masters\"\n");
        Kubelets = new KubeletCertificates(Folder);
    }

    public TempFolder Folder { get; } = new("foreman-control-plane-");

    public string ServiceAccountKey { get; }

    public string Tokens { get; }

    public string AuditPolicy { get; }

    public string AuditLog => Folder["audit.log"];

    /// <summary>The authority of the kubelets.</summary>
    public KubeletCertificates Kubelets { get; }

    public string CertificateFolder => Folder["certs"];

    public string ServingCertificate => Path.Combine(CertificateFolder, "apiserver.crt");

    public string AdminKubeconfig => Folder["admin.kubeconfig"];

    public void WriteAdminKubeconfig(string url, string authority) =>
        File.WriteAllText(AdminKubeconfig, KubeconfigText.ForToken(url, authority, AdminToken));

    public void Dispose()
    {
        Kubelets.Dispose();
        Folder.Dispose();
    }
}
