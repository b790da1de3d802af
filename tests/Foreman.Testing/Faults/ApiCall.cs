using Microsoft.AspNetCore.Http;

namespace Foreman.Testing.Faults;

/// <summary>A request as the API server reads it: verb, kind and object, taken from method, path and query.</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete or deletecollection; the method in lower case for other paths.</param>
/// <param name="Path">Path without the query.</param>
/// <param name="Query">The query with its question mark, or empty.</param>
public sealed record ApiCall(string Verb, string Path, string Query)
{
    /// <summary>Plural of the kind, with a slash and the subresource if there is one; empty for paths such as /version.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Namespace; empty for calls on the whole cluster.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name of the object; empty for collections.</summary>
    public string Name { get; init; } = "";

    /// <summary>The bearer token that came along; empty for none.</summary>
    public string Token { get; init; } = "";

    /// <summary>The page token of a list; empty on its first page.</summary>
    public string ContinueToken { get; init; } = "";

    /// <summary>The resource version that a list or watch names; empty for none.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>True for a watch that begins with all objects there are: a list in the form of a stream.</summary>
    public bool InitialEvents { get; init; }

    /// <summary>True for what tells all objects of a selection: the first page of a list, or a stream of them.</summary>
    public bool Lists => InitialEvents || (Verb == "list" && ContinueToken.Length == 0);

    /// <inheritdoc/>
    public override string ToString() => $"{Verb} {Path}{Query}";

    internal static ApiCall Of(HttpRequest request)
    {
        var place = Place.Of(request.Path.Value ?? "/");
        var authorization = request.Headers.Authorization.ToString();
        return new(Verbs(request, place), request.Path.Value ?? "/", request.QueryString.Value ?? "")
        {
            Resource = place.Resource,
            Namespace = place.Namespace,
            Name = place.Name,
            Token = authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization["Bearer ".Length..] : "",
            ContinueToken = request.Query["continue"].ToString(),
            ResourceVersion = request.Query["resourceVersion"].ToString(),
            InitialEvents = request.Query["sendInitialEvents"] is ["true" or "1"],
        };
    }

    private static string Verbs(HttpRequest request, Place place) => (request.Method, place) switch
    {
        (var method, { Resource: "" }) => method.ToLowerInvariant(),
        ("GET", _) when request.Query["watch"] is ["true" or "1"] => "watch",
        ("GET", { Name: "" }) => "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("DELETE", { Name: "" }) => "deletecollection",
        (var method, _) => method.ToLowerInvariant(),
    };

    private sealed record Place(string Resource, string Namespace, string Name)
    {
        private static readonly Place None = new("", "", "");

        public static Place Of(string path)
        {
            var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            var rest = steps switch
            {
                ["api", _, ..] => steps[2..],
                ["apis", _, _, ..] => steps[3..],
                _ => [],
            };
            return rest switch
            {
                ["namespaces", var ns, var resource, .. var more] when resource is not ("status" or "finalize") => Named(resource, ns, more),
                [var resource, .. var more] => Named(resource, "", more),
                _ => None,
            };
        }

        private static Place Named(string resource, string ns, string[] more) => more switch
        {
            [] => new(resource, ns, ""),
            [var name] => new(resource, ns, name),
            [var name, .. var part] => new($"{resource}/{string.Join('/', part)}", ns, name),
        };
    }
}
