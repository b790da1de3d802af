using System.Text.Json.Nodes;
using Foreman.DevCluster.Admission;
using Foreman.DevCluster.Authentication;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Storage;
using Foreman.DevCluster.Writing;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>Reviews and TokenRequests, which are posted and not stored.</summary>
internal sealed class Reviews(ClusterServices services, ServiceAccountTokens tokens)
{
    /// <returns>False when the path is not one of these.</returns>
    public async Task<bool> TryHandleAsync(HttpContext context, ApiPath path, ClusterUser user)
    {
        if (AccessReview(path) is { } kind)
        {
            await AnswerAsync(context, kind, path.Namespace);
            return true;
        }

        if (context.Request.Method != "POST")
        {
            return false;
        }

        switch (path)
        {
            case { Group: "authentication.k8s.io", Resource: "selfsubjectreviews" }:
                await RespondAsync(context, "SelfSubjectReview", new JsonObject { ["userInfo"] = user.ToJson() });
                return true;
            case { Group: "", Resource: "serviceaccounts", Name: { } name, Namespace: { } space, Subresource: "token" }:
                await IssueAsync(context, new ObjectName(space, name), user);
                return true;
            default:
                return false;
        }
    }

    private async Task IssueAsync(HttpContext context, ObjectName name, ClusterUser user)
    {
        var type = services.Catalog.Find("", "v1", "serviceaccounts")!;
        var review = ObjectDecoder.Decode(RequestBody.MediaType(context), await RequestBody.ReadAsync(context), "TokenRequest");
        var root = (JsonObject)review.Root!;
        root["spec"] = ServiceAccountTokens.Complete((JsonObject?)root.Object("spec")?.DeepClone());
        var warnings = new List<string>();
        var status = services.Store.Transact(() =>
        {
            var account = services.Store.Find(type.GroupResource, name) ?? throw ApiErrors.NotFound(type, name.Name);
            services.Environment.Policies?.Check(
                new AdmissionRequest(AdmissionRequest.Create, type, name) { Subresource = "token", Object = root, User = user, Sent = ("authentication.k8s.io", "v1", "TokenRequest") },
                warnings);
            return tokens.Issue(account, root.Object("spec")!);
        });
        ResponseWriter.AddWarnings(context, warnings);
        await WriteAsync(context, review, status);
    }

    /// <summary>The kind of an access review; null for other paths.</summary>
    private static string? AccessReview(ApiPath path) => path switch
    {
        not { Group: "authorization.k8s.io", Version: "v1", Name: null } => null,
        { Resource: "selfsubjectaccessreviews", Namespace: null } => "SelfSubjectAccessReview",
        { Resource: "subjectaccessreviews", Namespace: null } => "SubjectAccessReview",
        { Resource: "localsubjectaccessreviews", Namespace: not null } => "LocalSubjectAccessReview",
        _ => null,
    };

    private static async Task AnswerAsync(HttpContext context, string kind, string? space)
    {
        if (context.Request.Method != "POST")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var options = new RequestQuery(context.Request.Query, context.Request.Headers.UserAgent.ToString()).WriteOptions("CreateOptions");
        var review = ObjectDecoder.Decode(RequestBody.MediaType(context), await RequestBody.ReadAsync(context), kind);
        ReviewRules.Check(kind, review, space, options);
        ResponseWriter.AddWarnings(context, options.Warnings);
        await WriteAsync(context, review, new JsonObject { ["allowed"] = true, ["reason"] = "the dev cluster has no RBAC: everybody may do what no policy refuses" });
    }

    private static async Task RespondAsync(HttpContext context, string kind, JsonObject status) =>
        await WriteAsync(context, ObjectDecoder.Decode(RequestBody.MediaType(context), await RequestBody.ReadAsync(context), kind), status);

    private static Task WriteAsync(HttpContext context, DecodedJson review, JsonObject status)
    {
        var answer = (JsonObject)review.Root!;
        answer["status"] = status;
        return ResponseWriter.WriteAsync(context, 201, answer);
    }
}
