using Foreman.Primitives;

namespace Foreman.Scheduling;

/// <summary>Normalizes the addresses that people and LLMKube write to the one form that runs are given.</summary>
internal static class ServerUrl
{
    // LLMKube's InferenceService status ends in the path of its one call, for example
    // http://qwen.default.svc.cluster.local:8080/v1/chat/completions.
    private const string Call = "/chat/completions";

    /// <summary>The bare server where the API is at /v1; else the root of the API unchanged, such as https://host/api/v1.</summary>
    public static string Normalize(string url)
    {
        var root = Without(url.Trim().TrimEnd('/'), Call);
        var server = Without(root, "/v1");
        return Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" ? server : root;
    }

    /// <summary>True when both mean the same server as one host sees it, by the rule that runners go by too.</summary>
    public static bool Same(string? a, string? b) =>
        (!string.IsNullOrEmpty(a) && a == b)
        || (Uri.TryCreate(a?.Trim(), UriKind.Absolute, out var one)
            && Uri.TryCreate(b?.Trim(), UriKind.Absolute, out var other)
            && ModelAddress.AreSame(one, other));

    /// <summary>The one form of all addresses of a server that mean the same from every machine; null for others, such as those of loopback.</summary>
    public static string? Shared(string? url) =>
        Uri.TryCreate(url?.Trim(), UriKind.Absolute, out var uri) && !uri.IsLoopback && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? ModelAddress.Of(uri).Url
            : null;

    /// <summary>True when only the machine itself reaches it.</summary>
    public static bool IsLoopback(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback;

    private static string Without(string url, string end) =>
        url.EndsWith(end, StringComparison.Ordinal) ? url[..^end.Length].TrimEnd('/') : url;
}
