using Foreman.Primitives;

namespace Foreman.Git.Forges;

/// <summary>A forge: which API it speaks, and where.</summary>
public sealed record ForgeEndpoint
{
    private static readonly string[] ApiPaths = ["/api/v1", "/api/v3", "/api/v4"];

    private ForgeEndpoint(ForgeKind kind, Uri web, Uri api) => (Kind, Web, Api) = (kind, web, api);

    /// <summary>github.com, which is meant when nothing is set.</summary>
    public static ForgeEndpoint GitHubCom { get; } = Of(ForgeKind.GitHub, new Uri("https://github.com"));

    /// <summary>The API it speaks.</summary>
    public ForgeKind Kind { get; }

    /// <summary>Where people read it; repositories lie below it. Ends with a slash.</summary>
    public Uri Web { get; }

    /// <summary>The root of its API. Ends with a slash.</summary>
    public Uri Api { get; }

    /// <summary>Its host as credentials name it, with the port when that is not the usual one.</summary>
    public string Host => Web.Authority;

    /// <summary>Reads the values of <c>--forge</c> and <c>--forge-url</c>.</summary>
    /// <param name="word">github, gitea, forgejo or gitlab.</param>
    /// <param name="url">Its base URL, with or without the path of its API; null for github.com or gitlab.com, the others have to be named.</param>
    /// <exception cref="FormatException">One of them is none; the message says what to write.</exception>
    public static ForgeEndpoint Parse(string word, string? url)
    {
        var kind = word switch
        {
            "github" => ForgeKind.GitHub,
            "gitea" or "forgejo" => ForgeKind.Gitea,
            "gitlab" => ForgeKind.GitLab,
            _ => throw new FormatException($"--forge {Printable.Line(word, 40)} is not known: write github, gitea, forgejo or gitlab"),
        };
        if (url is null)
        {
            return kind switch
            {
                ForgeKind.GitHub => GitHubCom,
                ForgeKind.GitLab => Of(kind, new Uri("https://gitlab.com")),
                _ => throw new FormatException($"--forge {word} needs --forge-url, such as https://git.example.com"),
            };
        }

        return Of(kind, UrlOf(url, "--forge-url"));
    }

    /// <summary>A forge whose API is called at another address than people read it and repositories lie at, such as that of a Service in the cluster.</summary>
    /// <param name="word">github, gitea, forgejo or gitlab.</param>
    /// <param name="url">The base URL that its API is called at.</param>
    /// <param name="web">The base URL of its pages and repositories.</param>
    /// <exception cref="FormatException">One of them is none; the message says what to write.</exception>
    internal static ForgeEndpoint Parse(string word, string url, string web)
    {
        var called = Parse(word, url);
        var path = UrlOf(web, "the URL of its pages");
        return new ForgeEndpoint(called.Kind, new Uri(path.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), called.Api);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} at {Web.GetLeftPart(UriPartial.Path).TrimEnd('/')}";

    private static ForgeEndpoint Of(ForgeKind kind, Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        path = ApiPaths.FirstOrDefault(a => path.EndsWith(a, StringComparison.Ordinal)) is { } api ? path[..^api.Length] : path;
        var server = url.GetLeftPart(UriPartial.Authority);
        if (kind == ForgeKind.GitHub && url.IdnHost == "api.github.com")
        {
            server = "https://github.com";
        }

        var web = new Uri($"{server}{path}/");
        return new ForgeEndpoint(kind, web, ApiOf(kind, web));
    }

    private static Uri ApiOf(ForgeKind kind, Uri web) => kind switch
    {
        ForgeKind.Gitea => new Uri(web, "api/v1/"),
        ForgeKind.GitLab => new Uri(web, "api/v4/"),
        _ when web.IdnHost == "github.com" => new Uri("https://api.github.com/"),
        // GitHub Enterprise Cloud with data residency.
        _ when web.IdnHost.EndsWith(".ghe.com", StringComparison.Ordinal) => new Uri($"https://api.{web.IdnHost}/"),
        _ => new Uri(web, "api/v3/"),
    };

    private static Uri UrlOf(string text, string what) => BaseUrl.Parse(text) is { UserInfo.Length: 0, Fragment.Length: 0 } url
        ? url
        : throw new FormatException($"{what} {Shown(text)} is no base URL: write an http or https URL without a login or a query");

    // What is before an @ may be a login.
    private static string Shown(string url) => Printable.Line(url[(url.LastIndexOf('@') + 1)..], 120);
}
