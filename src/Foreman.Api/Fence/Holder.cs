namespace Foreman.Api;

/// <summary>Identities in Leases and claims: <c>host id/process nonce</c>.</summary>
public static class Holder
{
    /// <summary>Identity of an agent's process.</summary>
    /// <param name="hostId">Id of the host, kept on its disk.</param>
    /// <param name="nonce">Nonce of the process.</param>
    public static string ForProcess(string hostId, string nonce) => $"{hostId}/{nonce}";

    /// <summary>The host part of an identity: the part before the last slash.</summary>
    public static string HostOf(string holder)
    {
        var slash = holder.LastIndexOf('/');
        return slash < 0 ? holder : holder[..slash];
    }

    /// <summary>True when both identities belong to the same host.</summary>
    public static bool SameHost(string a, string b) => string.Equals(HostOf(a), HostOf(b), StringComparison.Ordinal);
}
