using System.Security.Cryptography;
using System.Text;

namespace Foreman.Probes;

/// <summary>A model of this host, and what its answers depend on.</summary>
/// <param name="Server">URL of its server, as in modelServers.</param>
/// <param name="Model">Its name, as in models.</param>
/// <param name="Build">Kind and version of the server, the model, and its chat template where the server tells it; the same text means the same answers.</param>
public sealed record ModelBuild(string Server, string Model, string Build)
{
    /// <summary>The models of a server.</summary>
    internal static IEnumerable<ModelBuild> Of(ServerFinding finding) => finding.Models.Select(m => new ModelBuild(
        m.Server, m.Name, string.Join(' ', finding.Server.Kind?.Value ?? "", finding.Server.Version ?? "-", m.Id ?? m.Name, finding.Marks.GetValueOrDefault(m.Name, "-"))));

    /// <summary>A short text for a long one, such as a template.</summary>
    internal static string Mark(params ReadOnlySpan<string?> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts!))))[..16];
}
