using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Foreman.Api;

/// <summary>What a host needs to join, as one word: where the cluster is, how it is known, and a credential that is good for one joining only.</summary>
public sealed record JoinTicket
{
    /// <summary>The longest ticket that is read, in characters.</summary>
    public const int MaxLength = 256 * 1024;

    private const string Prefix = "foreman-join.v1.";

    /// <summary>Name of the host's FleetNode and of its ServiceAccount.</summary>
    public required string Node { get; init; }

    /// <summary>Namespace that Foreman is installed in.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the ServiceAccount that joins, and of the Secret by which it joins once.</summary>
    public required string Id { get; init; }

    /// <summary>Token of that ServiceAccount.</summary>
    public required string Token { get; init; }

    /// <summary>The API server.</summary>
    public required HostCluster Cluster { get; init; }

    /// <summary>How long each token of the host is to live, in seconds.</summary>
    public long TokenSeconds { get; init; }

    /// <summary>How long the host is to get further tokens after a time without the cluster, in seconds; 0 for not at all.</summary>
    public long RenewalSeconds { get; init; }

    /// <summary>As it is printed: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</summary>
    public string ToText() => Prefix + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, JoinTicketJson.Default.JoinTicket));

    /// <summary>Reads what was printed.</summary>
    /// <param name="text">It, with blanks around it or not.</param>
    /// <returns>Null when it is no ticket, not whole, longer than <see cref="MaxLength"/>, or has names that are not one word each.</returns>
    public static JoinTicket? Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length > MaxLength || !trimmed.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            var ticket = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(trimmed[Prefix.Length..]), JoinTicketJson.Default.JoinTicket);
            return ticket is not null && IsPlain(ticket) ? ticket : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    // They are written into a kubeconfig, where a line more could name a credential plugin, which is a program.
    private static bool IsPlain(JoinTicket ticket) =>
        IsWord(ticket.Node) && IsWord(ticket.Namespace) && IsWord(ticket.Id) && IsWord(ticket.Token) && IsWord(ticket.Cluster.Server)
        && (ticket.Cluster.ServerName is not { } name || IsWord(name));

    private static bool IsWord(string? text) => text is { Length: > 0 } && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.Contains('"', StringComparison.Ordinal);

    /// <summary>The host; never the token.</summary>
    public override string ToString() => $"{nameof(JoinTicket)} {Node} ({Id})";
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JoinTicket))]
internal sealed partial class JoinTicketJson : JsonSerializerContext;
