using System.Globalization;
using Foreman.Api;
using Foreman.Primitives;
using static Foreman.Scheduling.FieldRows;

namespace Foreman.Scheduling;

/// <summary>MCP servers that no run could connect to as they are described.</summary>
internal sealed class McpFeature : IFeature
{
    private static readonly FieldRow<McpServer>[] Rows =
    [
        new("transport", s => !McpTransport.Known.Contains(s.Transport), $"it is none of {string.Join(", ", McpTransport.Known)}; use one of them"),
        new("url", s => s.Transport == McpTransport.Http && !IsAddress(s.Url), "a server of transport http is reached by it; set an http or https URL without a login"),
        new("command", s => s.Transport == McpTransport.Stdio && string.IsNullOrWhiteSpace(s.Command), "a server of transport stdio is this program; set it"),
        new("command", s => s.Transport == McpTransport.Http && (Has(s.Command) || Has(s.Args) || Has(s.Env)), "command, args and env go with transport stdio; set that, or leave them out"),
        new("headers", s => s.Transport == McpTransport.Stdio && Has(s.Headers), "headers go with transport http; set that, or leave them out"),
        new("url", s => s.Transport == McpTransport.Stdio && Has(s.Url), "url goes with transport http; set that, or leave it out"),
        new("headers", s => Has(s.Headers) && s.Headers!.Any(IsIncomplete), "each header needs a name and, in valueFrom, the name and the key of a Secret"),
        new("env", s => Has(s.Env) && s.Env!.Any(v => v.Name.Length == 0 || v.Name.Contains('=', StringComparison.Ordinal)), "each variable needs a name without ="),
    ];

    public IEnumerable<UnsupportedField> InAgent(AgentSpec spec, SchedulerSettings settings)
    {
        if (spec.Mcp is not { Enabled: true } mcp)
        {
            yield break;
        }

        if (Has(mcp.CallTimeout) && GoDuration.Parse(mcp.CallTimeout!) is null)
        {
            yield return new("spec.mcp.callTimeout", "it is no duration; write for example 30s or 2m");
        }

        if (mcp.MaxResultBytes < 0)
        {
            yield return new("spec.mcp.maxResultBytes", "it is negative; write a number of bytes");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, server) in (mcp.Servers ?? []).Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"spec.mcp.servers[{index}]");
            if (server.Name.Length == 0 || !seen.Add(server.Name))
            {
                yield return new($"{path}.name", "it is empty or used twice; give each server a name of its own");
            }

            foreach (var field in Rows.Of(server))
            {
                yield return field with { Path = $"{path}.{field.Path}" };
            }
        }
    }

    private static bool IsAddress(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0;

    private static bool IsIncomplete(McpHeader header) => header.Name.Length == 0 || header.ValueFrom is not { Name.Length: > 0, Key.Length: > 0 };
}
