using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Foreman.Git.Forges.Http;

/// <summary>A call of a forge's API.</summary>
/// <param name="Method">GET, POST, PUT, PATCH or DELETE.</param>
/// <param name="Path">Below the root of the API, escaped, with its query; or an absolute URL of the same server.</param>
internal sealed record ForgeRequest(HttpMethod Method, string Path)
{
    /// <summary>JSON; null for none.</summary>
    internal byte[]? Body { get; init; }

    /// <summary>The media type that is asked for; null for the usual one.</summary>
    internal string? Accept { get; init; }

    /// <summary>The longest answer that is read, in bytes.</summary>
    internal int MaxBytes { get; init; } = 8 << 20;

    /// <summary>True when it may be sent twice: it sets a state rather than adds to it. So do all but POST, unless it is said.</summary>
    internal bool IsRepeatable { get; init; } = Method != HttpMethod.Post;

    internal static ForgeRequest Get(string path) => new(HttpMethod.Get, path);

    /// <summary>A call with a body.</summary>
    /// <param name="method">POST, PUT or PATCH.</param>
    /// <param name="path">As <see cref="Path"/>.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="type">How it is written.</param>
    internal static ForgeRequest Write<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type) =>
        new(method, path) { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) };
}

/// <summary>An answer.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">What was read of it.</param>
/// <param name="IsCut">True when there was more than the bound.</param>
/// <param name="Headers">The value of a header; null when it is absent.</param>
internal sealed record ForgeReply(int Status, byte[] Body, bool IsCut, Func<string, string?> Headers)
{
    internal bool IsSuccess => Status is >= 200 and < 300;

    internal bool IsRedirect => Status is 301 or 302 or 303 or 307 or 308;
}
