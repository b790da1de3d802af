using System.Security.Cryptography;
using System.Text;

namespace Foreman.Tools.Mcp;

/// <summary>Names of the tools of MCP servers, as models see them. Pure.</summary>
internal static class McpToolNames
{
    /// <summary>What every such name begins with; no tool of ours does.</summary>
    internal const string Prefix = "mcp__";

    /// <summary>The longest name that model servers take.</summary>
    internal const int MaxLength = 64;

    private const int MaxServer = 24;
    private const int HashLength = 6;

    /// <summary>The name of a tool: letters, digits, <c>_</c> and <c>-</c>. A name that had to be changed ends with part of its hash, so that no two are the same.</summary>
    /// <param name="server">Name of the server.</param>
    /// <param name="tool">Name of the tool there.</param>
    /// <param name="taken">True for a name that another tool has.</param>
    internal static string Of(string server, string tool, Func<string, bool> taken)
    {
        var (cleanServer, cleanTool) = (Clean(server), Clean(tool));
        var name = $"{Prefix}{cleanServer}__{cleanTool}";
        if (cleanServer == server && cleanTool == tool && name.Length <= MaxLength && !taken(name))
        {
            return name;
        }

        var beginning = $"{Prefix}{Cut(cleanServer, MaxServer)}__{cleanTool}";
        for (var round = 0; ; round++)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{server}\n{tool}\n{round}")))[..HashLength];
            name = $"{Cut(beginning, MaxLength - HashLength - 1)}_{hash}";
            if (!taken(name))
            {
                return name;
            }
        }
    }

    private static string Clean(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
