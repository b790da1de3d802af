using System.Globalization;

namespace Foreman.Kubernetes.Contender;

/// <summary>What a contender is started with: <c>KUBECONFIG NAMESPACE IDENTITY LEASE-SECONDS [careless]</c>.</summary>
internal sealed record Options(string Kubeconfig, string Namespace, string Identity, TimeSpan Lease, bool Careless)
{
    public const string LeaseName = "leader";
    public const string LogName = "log";
    public const string Annotation = "contender.example.com/leader-term";

    public static Options Parse(IReadOnlyList<string> args) => new(
        args[0], args[1], args[2], TimeSpan.FromSeconds(double.Parse(args[3], CultureInfo.InvariantCulture)), args is [.., "careless"]);
}
