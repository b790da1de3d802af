using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Routing;

/// <summary>
/// Tokens of ServiceAccounts. Each ends with its time, with its account, and with the Secret that it is bound to; one that is made anew
/// under the same name is another. Their hashes are kept, in memory only.
/// </summary>
internal sealed class ServiceAccountTokens(ObjectStore store, TimeProvider time)
{
    private const string Accounts = "serviceaccounts";
    private const string Secrets = "secrets";
    private const long UsualSeconds = 3600;
    private const long LeastSeconds = 600;
    private const long MostSeconds = 1L << 32;

    private readonly ConcurrentDictionary<string, Issued> _issued = new(StringComparer.Ordinal);

    /// <summary>Makes a token for an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="spec">Of the TokenRequest: expirationSeconds and boundObjectRef count.</param>
    /// <returns>The token and until when it is valid.</returns>
    /// <exception cref="ApiException">404 when the account or what it is to be bound to is not there, 422 for a time that is too short or too long.</exception>
    public (string Token, DateTimeOffset Expires) Issue(ObjectName account, JsonObject? spec)
    {
        var stored = store.Find(Accounts, account) ?? throw NotFound(Accounts, account.Name);
        var seconds = JsonTree.AsInteger(spec?["expirationSeconds"]) ?? UsualSeconds;
        if (seconds is < LeastSeconds or > MostSeconds)
        {
            var fault = seconds < LeastSeconds ? "may not specify a duration less than 10 minutes" : "may not specify a duration larger than 2^32 seconds";
            throw ApiErrors.Invalid("authentication.k8s.io", "TokenRequest", "", [FieldError.Invalid("spec.expirationSeconds", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture), fault)]);
        }

        var now = time.GetUtcNow();
        foreach (var (key, _) in _issued.Where(issued => issued.Value.Expires <= now))
        {
            _issued.TryRemove(key, out _);
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var expires = now.AddSeconds(seconds);
        _issued[Hash(token)] = new Issued(account, stored.Uid, expires) { Secret = SecretOf(account.Namespace, spec.Object("boundObjectRef")) };
        return (token, expires);
    }

    /// <summary>Whose token it is; null for one that is unknown, over or revoked.</summary>
    /// <param name="token">As it was given out.</param>
    public ClusterUser? Find(string token) =>
        _issued.TryGetValue(Hash(token), out var issued)
        && issued.Expires > time.GetUtcNow()
        && store.Find(Accounts, issued.Account) is { } account && account.Uid == issued.Uid
        && (issued.Secret is not { } secret || (store.Find(Secrets, secret.Name) is { } bound && bound.Uid == secret.Uid))
            ? ClusterUser.ServiceAccount(issued.Account.Namespace, issued.Account.Name) with { Uid = issued.Uid }
            : null;

    private (ObjectName Name, string Uid)? SecretOf(string space, JsonObject? bound)
    {
        if (bound is null)
        {
            return null;
        }

        // There are no pods and no nodes here that a token could be for.
        var name = bound.Text("name") ?? "";
        var kind = bound.Text("kind") ?? "";
        return kind == "Secret" && store.Find(Secrets, new ObjectName(space, name)) is { } secret && bound.Text("uid") is var uid && (string.IsNullOrEmpty(uid) || uid == secret.Uid)
            ? (secret.Name, secret.Uid)
            : throw NotFound(kind == "Secret" ? Secrets : kind == "Node" ? "nodes" : "pods", name);
    }

    private static ApiException NotFound(string plural, string name) =>
        new(404, "NotFound", $"{plural} \"{name}\" not found", new JsonObject { ["name"] = name, ["kind"] = plural });

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private sealed record Issued(ObjectName Account, string Uid, DateTimeOffset Expires)
    {
        public (ObjectName Name, string Uid)? Secret { get; init; }
    }
}
