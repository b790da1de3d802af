using System.Security.Cryptography;
using System.Text;
using Foreman.DevCluster.Authentication;
using Foreman.DevCluster.Discovery;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.OpenApi;
using Foreman.DevCluster.Routing;
using Foreman.DevCluster.Writing;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Hosting;

/// <summary>The server as one request delegate: authentication, routing, and errors as a Status.</summary>
internal sealed class ApiServer
{
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private const string Scheme = "Bearer ";
    private static readonly string[] PublicPaths = ["/healthz", "/livez", "/readyz", "/version"];

    private readonly ClusterServices _services;
    private readonly byte[] _authorization;
    private readonly ServiceAccountTokens _tokens;
    private readonly ResourceEndpoint _resources;
    private readonly OpenApiDocuments _openApi;
    private readonly Reviews _reviews;

    public ApiServer(ClusterServices services, string token)
    {
        _services = services;
        _authorization = Encoding.UTF8.GetBytes(Scheme + token);
        _resources = new ResourceEndpoint(services);
        _openApi = new OpenApiDocuments(services.Catalog);
        _tokens = new ServiceAccountTokens(services.Store, services.Environment.Time);
        _reviews = new Reviews(services, _tokens);
    }

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (ApiException error)
        {
            await WriteErrorAsync(context, error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
        }
        catch (BadHttpRequestException error)
        {
            await WriteErrorAsync(context, ApiErrors.Unreadable(error.StatusCode, error.Message));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            await WriteErrorAsync(context, ApiErrors.Internal($"Internal error occurred: {error.Message}"));
        }
    }

    private static Task WriteErrorAsync(HttpContext context, ApiException error)
    {
        if (error is { Code: 404, Message: "404 page not found" })
        {
            return ResponseWriter.WriteAsync(context, 404, "404 page not found\n"u8.ToArray(), "text/plain; charset=utf-8");
        }

        if (!context.Response.HasStarted)
        {
            return ResponseWriter.WriteAsync(context, error);
        }

        context.Abort();
        return Task.CompletedTask;
    }

    private async Task RouteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (PublicPaths.Contains(path.TrimEnd('/'), StringComparer.Ordinal))
        {
            await WritePublicAsync(context, path);
            return;
        }

        var user = Impersonation.Apply(context.Request.Headers, Authenticate(context));
        context.Features.Set(user);
        if (ApiPath.Parse(path) is not { } api)
        {
            await WriteDocumentAsync(context, path);
            return;
        }

        if (await _reviews.TryHandleAsync(context, api, user))
        {
            return;
        }

        var type = _services.Catalog.Find(api.Group, api.Version, api.Resource) ?? throw ApiErrors.NoSuchPath();
        await _resources.HandleAsync(context, api, type);
    }

    private ClusterUser Authenticate(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header), _authorization))
        {
            return ClusterUser.Admin;
        }

        return (header.StartsWith(Scheme, StringComparison.Ordinal) ? _tokens.Check(header[Scheme.Length..]) : null) ?? throw ApiErrors.Unauthorized();
    }

    private static Task WritePublicAsync(HttpContext context, string path) => path.TrimEnd('/') == "/version"
        ? ResponseWriter.WriteAsync(context, 200, ServerVersion.Document())
        : ResponseWriter.WriteAsync(context, 200, "ok"u8.ToArray(), "text/plain; charset=utf-8");

    private Task WriteDocumentAsync(HttpContext context, string path)
    {
        if (context.Request.Method != "GET")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var aggregated = context.Request.Headers.Accept.ToString().Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal);
        var catalog = _services.Catalog;
        return steps switch
        {
            ["api" or "apis"] when aggregated => ResponseWriter.WriteAsync(context, 200, DiscoveryDocuments.Aggregated(catalog, steps[0] == "api"), AggregatedType),
            ["api"] => ResponseWriter.WriteAsync(context, 200, DiscoveryDocuments.CoreVersions(context.Request.Host.Value ?? "")),
            ["apis"] => ResponseWriter.WriteAsync(context, 200, DiscoveryDocuments.Groups(catalog)),
            ["api", var version] => DocumentAsync(context, DiscoveryDocuments.Resources(catalog, "", version)),
            ["apis", var group] => DocumentAsync(context, DiscoveryDocuments.Group(catalog, group)),
            ["apis", var group, var version] => DocumentAsync(context, DiscoveryDocuments.Resources(catalog, group, version)),
            ["openapi", "v3"] => ResponseWriter.WriteAsync(context, 200, _openApi.Index()),
            ["openapi", "v3", "api", var version] => DocumentAsync(context, _openApi.Document("", version)),
            ["openapi", "v3", "apis", var group, var version] => DocumentAsync(context, _openApi.Document(group, version)),
            _ => throw ApiErrors.NoSuchPath(),
        };
    }

    private static Task DocumentAsync(HttpContext context, System.Text.Json.Nodes.JsonObject? document) =>
        ResponseWriter.WriteAsync(context, 200, document ?? throw ApiErrors.NoSuchPath());
}
