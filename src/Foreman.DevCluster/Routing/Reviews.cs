using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>
/// Reviews and TokenRequests, which are posted and not stored. The cluster has one user with all rights, and tokens are that
/// user's.
/// </summary>
internal sealed class Reviews(ClusterServices services, string token)
{
    private const string User = "foreman-dev";
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    /// <returns>False when the path is not one of these.</returns>
    public async Task<bool> TryHandleAsync(HttpContext context, ApiPath path)
    {
        if (context.Request.Method != "POST")
        {
            return false;
        }

        switch (path)
        {
            case { Group: "authorization.k8s.io", Resource: "selfsubjectaccessreviews" or "subjectaccessreviews" or "localsubjectaccessreviews" }:
                await RespondAsync(context, new JsonObject { ["allowed"] = true, ["reason"] = "the dev cluster has one user" });
                return true;
            case { Group: "authentication.k8s.io", Resource: "selfsubjectreviews" }:
                await RespondAsync(context, new JsonObject { ["userInfo"] = new JsonObject { ["username"] = User, ["groups"] = new JsonArray("system:masters", "system:authenticated") } });
                return true;
            case { Group: "", Resource: "serviceaccounts", Name: { } name, Namespace: { } space, Subresource: "token" }:
                CheckAccount(space, name);
                var expires = services.Environment.Time.GetUtcNow().Add(TokenLife).UtcDateTime;
                await RespondAsync(context, new JsonObject { ["token"] = token, ["expirationTimestamp"] = expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) });
                return true;
            default:
                return false;
        }
    }

    private void CheckAccount(string space, string name)
    {
        if (services.Catalog.Find("", "v1", "serviceaccounts") is { } type && services.Store.Find(type.GroupResource, new Storage.ObjectName(space, name)) is null)
        {
            throw ApiErrors.NotFound(type, name);
        }
    }

    private static async Task RespondAsync(HttpContext context, JsonObject status)
    {
        var body = await RequestBody.ReadAsync(context);
        var review = RequestBody.MediaType(context) switch
        {
            "" or "application/json" => JsonDecoder.Decode(body.Span).Root as JsonObject ?? throw ApiErrors.BadRequest("the body is no object"),
            ProtobufDecoder.MediaType => ProtobufDecoder.Decode(body.Span),
            _ => throw ApiErrors.UnsupportedMediaType("application/json", ProtobufDecoder.MediaType),
        };
        review["status"] = status;
        await ResponseWriter.WriteAsync(context, 201, review);
    }
}
