using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;

namespace Foreman.DevCluster.Authentication;

/// <summary>
/// Issues and checks tokens of ServiceAccounts. They are JSON Web Tokens with the claims of kube-apiserver's, signed with a key of this process;
/// each ends with its time, with its ServiceAccount, and with the Secret that it is bound to.
/// </summary>
internal sealed class ServiceAccountTokens(ObjectStore store, TimeProvider time)
{
    private const string Accounts = "serviceaccounts";
    private const string Secrets = "secrets";
    private const string Issuer = "https://kubernetes.default.svc.cluster.local";
    private const double UsualSeconds = 3600;
    private const double LeastSeconds = 600;
    private const double MostSeconds = 4294967296;

    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Completes the spec of a TokenRequest, and checks it as kube-apiserver does.</summary>
    /// <exception cref="ApiException">422 for a life out of bounds, 400 for what a token can't be bound to.</exception>
    public static JsonObject Complete(JsonObject? spec)
    {
        spec ??= [];
        spec["audiences"] = spec.Array("audiences") is { Count: > 0 } audiences ? audiences.DeepClone() : new JsonArray(Issuer);
        var seconds = spec["expirationSeconds"] is { } given ? JsonTree.AsNumber(given) ?? throw ApiErrors.BadRequest("spec.expirationSeconds is no number") : UsualSeconds;
        if (seconds is < LeastSeconds or > MostSeconds)
        {
            var wrong = seconds < LeastSeconds ? "may not specify a duration less than 10 minutes" : "may not specify a duration larger than 2^32 seconds";
            throw ApiErrors.Invalid("authentication.k8s.io", "TokenRequest", "", [FieldError.Invalid("spec.expirationSeconds", seconds.ToString(CultureInfo.InvariantCulture), wrong)]);
        }

        spec["expirationSeconds"] = (long)seconds;
        return spec.Object("boundObjectRef") is { } bound && bound.Text("kind") != "Secret"
            ? throw ApiErrors.BadRequest($"cannot bind token to an object of kind {bound.Text("kind")}: the dev cluster knows Secrets")
            : spec;
    }

    /// <summary>Issues a token.</summary>
    /// <param name="account">The ServiceAccount.</param>
    /// <param name="spec">A complete spec.</param>
    /// <returns>The status of the TokenRequest.</returns>
    /// <exception cref="ApiException">404 when the Secret is not there, 409 when it is another one.</exception>
    public JsonObject Issue(StoredObject account, JsonObject spec)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var expires = now + (long)(JsonTree.AsNumber(spec["expirationSeconds"]) ?? UsualSeconds);
        var (space, name) = (account.Name.Namespace, account.Name.Name);
        var own = new JsonObject
        {
            ["namespace"] = space,
            ["serviceaccount"] = new JsonObject { ["name"] = name, ["uid"] = account.Uid },
        };
        if (spec.Object("boundObjectRef") is { } bound)
        {
            var secret = Bound(space, bound);
            own["secret"] = new JsonObject { ["name"] = secret.Name.Name, ["uid"] = secret.Uid };
        }

        var claims = new JsonObject
        {
            ["aud"] = spec["audiences"]?.DeepClone(),
            ["exp"] = expires,
            ["iat"] = now,
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = own,
            ["nbf"] = now,
            ["sub"] = $"system:serviceaccount:{space}:{name}",
        };
        return new JsonObject
        {
            ["token"] = Sign(claims),
            ["expirationTimestamp"] = DateTimeOffset.FromUnixTimeSeconds(expires).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Whose token it is; null when it is none of this server, or has ended.</summary>
    public ClusterUser? Check(string token)
    {
        if (token.Split('.') is not [var header, var payload, var signature] || header != Header || !IsSigned(payload, signature)
            || JsonNode.Parse(Base64Url.DecodeFromChars(payload)) is not JsonObject claims || !IsCurrent(claims))
        {
            return null;
        }

        var own = claims.Object("kubernetes.io");
        var (space, account) = (own.Text("namespace") ?? "", own.Object("serviceaccount"));
        var isThere = IsThere(Accounts, space, account) && (own.Object("secret") is not { } secret || IsThere(Secrets, space, secret));
        return isThere ? ClusterUser.OfServiceAccount(space, account.Text("name")!, account.Text("uid")!, claims.Text("jti") ?? "") : null;
    }

    private StoredObject Bound(string space, JsonObject bound)
    {
        var name = bound.Text("name") ?? "";
        var secret = store.Find(Secrets, new ObjectName(space, name)) ?? throw new ApiException(404, "NotFound", $"secrets \"{name}\" not found");
        return bound.Text("uid") is not { Length: > 0 } uid || uid == secret.Uid
            ? secret
            : throw new ApiException(409, "Conflict", $"Operation cannot be fulfilled on Secret \"{name}\": the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
    }

    private string Sign(JsonObject claims)
    {
        var text = $"{Header}.{Base64Url.EncodeToString(JsonTree.ToUtf8(claims))}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(text)))}";
    }

    private bool IsSigned(string payload, string signature)
    {
        var wanted = Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{Header}.{payload}")));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(wanted));
    }

    private bool IsCurrent(JsonObject claims) => JsonTree.AsNumber(claims["exp"]) > time.GetUtcNow().ToUnixTimeSeconds();

    // One of the same name that was made later is another one.
    private bool IsThere(string kind, string space, JsonObject? named) =>
        named.Text("name") is { } name && store.Find(kind, new ObjectName(space, name)) is { IsTerminating: false } found && found.Uid == named.Text("uid");
}
