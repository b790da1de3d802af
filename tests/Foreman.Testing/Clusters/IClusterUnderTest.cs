namespace Foreman.Testing;

/// <summary>A Kubernetes API that a test written once runs against: see <see cref="DevClusterAttribute"/> and <see cref="KubeApiServerAttribute"/>.</summary>
public interface IClusterUnderTest
{
    /// <summary>What it is, for test names.</summary>
    string Name { get; }

    /// <summary>A kubeconfig that may do everything.</summary>
    string AdminKubeconfigPath { get; }

    /// <summary>Whether an identity may do only what roles allow; the dev cluster has no roles.</summary>
    bool EnforcesRbac { get; }

    /// <summary>Whether the rules in CRDs (x-kubernetes-validations) are evaluated.</summary>
    bool EvaluatesCel { get; }

    /// <summary>kubectl as the admin.</summary>
    Kubectl Kubectl { get; }

    /// <summary>Makes a namespace that no other test uses.</summary>
    Task<string> NewNamespaceAsync(string prefix = "test");

    /// <summary>Makes the ServiceAccount unless it is there, and writes a kubeconfig with a token of its own, valid for an hour.</summary>
    Task<string> KubeconfigForAsync(string serviceAccount, string space);
}
