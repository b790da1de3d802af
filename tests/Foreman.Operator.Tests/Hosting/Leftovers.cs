using System.Text;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.RunLogs;

namespace Foreman.Operator.Tests.Hosting;

/// <summary>What runs leave where it can be read, as text.</summary>
internal static class Leftovers
{
    /// <summary>Every file of a folder, with its name.</summary>
    public static string OfFolder(string folder) => string.Join(
        '\n', Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => $"{Path.GetFileName(f)}\n{Encoding.Latin1.GetString(File.ReadAllBytes(f))}"));

    /// <summary>The records in the RunLogs of a namespace.</summary>
    public static async Task<string> OfRunLogsAsync(KubernetesClient client, string space) =>
        string.Concat((await client.ListAsync<RunLog>(space)).Items.Select(l => Encoding.UTF8.GetString(RunLogPacker.Unpack(l.Spec.Codec, l.Spec.Data).Bytes.Span)));

    /// <summary>All objects of a kind.</summary>
    public static async Task<string> OfKindAsync(KubernetesClient client, ResourceType type) => (await client.Dynamic.ListAsync(type)).ToJsonString();
}
