using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>
/// The questions that are asked by POST and stored nowhere: who am I, may I, and a token for a service account. The cluster has one user
/// who may do everything, so the answers are short: the token is that user's.
/// </summary>
internal sealed class Reviews(ClusterServices services, string token)
{
    private const string User = "foreman-dev";
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    /// <returns>False when the path asks none of these questions.</returns>
    public async Task<bool> TryHandleAsync(HttpContext context, ApiPath path)
    {
        if (context.Request.Method != "POST")
        {
            return false;
        }

        switch (path)
        {
            case { Group: "authorization.k8s.io", Resource: "selfsubjectaccessreviews" or "subjectaccessreviews" or "localsubjectaccessreviews" }:
                await EchoAsync(context, new JsonObject { ["allowed"] = true, ["reason"] = "the dev cluster has one user" });
                return true;
            case { Group: "authentication.k8s.io", Resource: "selfsubjectreviews" }:
                await EchoAsync(context, new JsonObject { ["userInfo"] = new JsonObject { ["username"] = User, ["groups"] = new JsonArray("system:masters", "system:authenticated") } });
                return true;
            case { Group: "", Resource: "serviceaccounts", Name: { } name, Namespace: { } space, Subresource: "token" }:
                CheckAccount(space, name);
                var expires = services.Environment.Time.GetUtcNow().Add(TokenLife).UtcDateTime;
                await EchoAsync(context, new JsonObject { ["token"] = token, ["expirationTimestamp"] = expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) });
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

    private static async Task EchoAsync(HttpContext context, JsonObject status)
    {
        var body = await RequestBody.ReadAsync(context);
        var review = RequestBody.MediaType(context) switch
        {
            "" or "application/json" => JsonDecoder.Decode(body.Span).Root as JsonObject ?? throw ApiErrors.BadRequest("the body is no object"),
            ProtobufDecoder.MediaType => ProtobufDecoder.Decode(body.Span),
            _ => throw ApiErrors.UnsupportedMediaType("application/json", ProtobufDecoder.MediaType),
        };
        review["status"] = status;
        await Answer.WriteAsync(context, 201, review);
    }
}
