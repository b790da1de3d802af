using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Foreman.Kubernetes;

/// <summary>
/// Explains an answer that does not fit the type it is read as: which object, and where in it, so that the one can be found
/// that keeps all of its neighbours from being read.
/// </summary>
internal static partial class Undecodable
{
    /// <summary>An answer: an object, or a list with one object that does not fit.</summary>
    public static KubernetesUnreachableException Explain(Uri host, ApiRequest request, ReadOnlySpan<byte> body, string? mediaType, JsonException e)
    {
        if (mediaType != MediaTypes.Json || e.Path is not { Length: > 1 } path || !IsJson(body))
        {
            return TransportFailure.NotKubernetes(host, request.Call, mediaType, e);
        }

        var item = ItemPath().Match(path);
        return item.Success
            ? Compose(host, request, ObjectIdentity.OfItem(body, int.Parse(item.Groups[1].ValueSpan, CultureInfo.InvariantCulture)), "$" + path[item.Length..], e)
            : Compose(host, request, ObjectIdentity.Of(body), path, e);
    }

    /// <summary>A line of a watch.</summary>
    public static KubernetesUnreachableException ExplainEvent(Uri host, ApiRequest request, ReadOnlySequence<byte> line, JsonException e)
    {
        var text = line.ToArray();
        return e.Path is { Length: > 1 } path && IsJson(text)
            ? Compose(host, request, ObjectIdentity.OfEvent(text), path, e)
            : TransportFailure.NotKubernetes(host, request.Call, MediaTypes.Json, e);
    }

    private static KubernetesUnreachableException Compose(Uri host, ApiRequest request, ObjectIdentity found, string path, JsonException e)
    {
        var kind = found.Kind ?? request.Type?.Kind ?? "an object";
        var problem = e.Message.Split(" Path:")[0].TrimEnd('.');
        return new(
            host,
            UnreachableReason.Undecodable,
            $"the answer to {request.Call} holds {kind} {found.Name ?? "(without a name)"}, in which {path} can't be read ({problem}). Correct the object, or update this program",
            e);
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            while (reader.Read())
            {
                // Only whether it goes on to the end matters.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^\$\.items\[([0-9]{1,9})\]")]
    private static partial Regex ItemPath();
}
