using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Foreman.DevCluster.Hosting;

/// <summary>The emulated Kubernetes version, as at <c>/version</c>.</summary>
internal static class ServerVersion
{
    private const string Version = "v1.36.0+foreman-dev";

    public static JsonObject Document() => new()
    {
        ["major"] = "1",
        ["minor"] = "36",
        ["gitVersion"] = Version,
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "dotnet",
        ["platform"] = RuntimeInformation.RuntimeIdentifier,
    };
}
