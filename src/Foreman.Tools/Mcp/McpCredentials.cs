namespace Foreman.Tools.Mcp;

/// <summary>The values of headers that servers ask for. Only the transport of a server takes them; nothing prints or stores them.</summary>
public sealed class McpCredentials
{
    private readonly Dictionary<string, List<(string Name, string Value)>> _byServer = new(StringComparer.Ordinal);

    /// <summary>Adds a header of a server.</summary>
    /// <param name="server">Name of the server.</param>
    /// <param name="header">Name of the header.</param>
    /// <param name="value">Its value.</param>
    public void Add(string server, string header, string value)
    {
        if (!_byServer.TryGetValue(server, out var headers))
        {
            _byServer[server] = headers = [];
        }

        headers.Add((header, value));
    }

    internal IReadOnlyList<(string Name, string Value)> Of(string server) => _byServer.GetValueOrDefault(server) ?? [];

    /// <summary>Says nothing of the values.</summary>
    public override string ToString() => "headers of MCP servers";
}
