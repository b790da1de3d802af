using System.Globalization;
using System.Text;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Git.Forges.Http;

/// <summary>What an answer that is no success means.</summary>
internal static class ForgeErrors
{
    /// <summary>The longest answer of which an error is read, in bytes.</summary>
    internal const int MaxBytes = 64 << 10;

    /// <summary>The error of a status code.</summary>
    /// <param name="endpoint">Who answered.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="message">What <see cref="MessageOf"/> found in it.</param>
    internal static ForgeError Of(ForgeEndpoint endpoint, ForgeReply reply, string message)
    {
        var said = message.Length == 0 ? "" : $": {message}";
        var status = reply.Status.ToString(CultureInfo.InvariantCulture);
        return reply.Status switch
        {
            401 => new ForgeError(ForgeErrorKind.Unauthorized, $"{endpoint} does not accept the token (401{said})"),
            403 => Forbidden(endpoint, reply, said),
            404 or 410 => new ForgeError(ForgeErrorKind.NotFound, $"{endpoint} has no such thing, or the token may not see it ({status}{said})"),
            409 => new ForgeError(ForgeErrorKind.Conflict, $"{endpoint} sees a conflict (409{said})"),
            >= 500 => new ForgeError(ForgeErrorKind.Unreachable, $"{endpoint} answered {status}{said}"),
            _ => new ForgeError(ForgeErrorKind.Refused, $"{endpoint} refuses the request ({status}{said})"),
        };
    }

    /// <summary>What a forge says in an error: <c>message</c>, <c>error_description</c> or <c>error</c>, and the messages in <c>errors</c>; one line.</summary>
    internal static string MessageOf(byte[] body)
    {
        if (ForeignJson.ParseOrNull(body) is not { ValueKind: JsonValueKind.Object } answer)
        {
            return "";
        }

        var text = new StringBuilder();
        Add(text, answer, "message");
        Add(text, answer, "error_description");
        if (text.Length == 0)
        {
            Add(text, answer, "error");
        }

        Add(text, answer, "errors");
        return Printable.Line(text.ToString(), 300);
    }

    private static ForgeError Forbidden(ForgeEndpoint endpoint, ForgeReply reply, string said)
    {
        var scope = ScopeOf(reply);
        var needs = scope is null ? "" : $"; it needs {scope}";
        return new ForgeError(ForgeErrorKind.Forbidden, $"{endpoint} does not allow this to the token{needs} (403{said})") { Scope = scope };
    }

    // GitHub names it in headers, GitLab in the body, Gitea in its message.
    private static string? ScopeOf(ForgeReply reply)
    {
        var named = reply.Headers("X-Accepted-GitHub-Permissions") ?? reply.Headers("X-Accepted-OAuth-Scopes");
        if (named is { Length: > 0 })
        {
            return Printable.Line(named, 100);
        }

        if (ForeignJson.ParseOrNull(reply.Body) is not { ValueKind: JsonValueKind.Object } answer)
        {
            return null;
        }

        if (answer.TextAt("scope") is { Length: > 0 } scope)
        {
            return Printable.Line(scope, 100);
        }

        const string RequiredScopes = "required scope(s): [";
        var message = answer.TextAt("message");
        return message.IndexOf(RequiredScopes, StringComparison.Ordinal) is >= 0 and var start && message.IndexOf(']', start) is > 0 and var end
            ? Printable.Line(message[(start + RequiredScopes.Length)..end], 100)
            : null;
    }

    // A text, a list of texts or of objects with a message, or an object of such lists.
    private static void Add(StringBuilder text, JsonElement answer, string name)
    {
        if (answer.TryGetProperty(name, out var value))
        {
            Add(text, value, depth: 0);
        }
    }

    private static void Add(StringBuilder text, JsonElement value, int depth)
    {
        if (depth > 3 || text.Length > 1000)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = (text.Length > 0 ? text.Append("; ") : text).Append(value.GetString());
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray().Take(5))
                {
                    Add(text, item, depth + 1);
                }

                break;
            case JsonValueKind.Object when value.TryGetProperty("message", out var message):
                Add(text, message, depth + 1);
                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject().Take(5))
                {
                    Add(text, property.Value, depth + 1);
                }

                break;
        }
    }
}
