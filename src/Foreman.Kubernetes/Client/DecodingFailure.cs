using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// Describes a response that can't be decoded as its type: which object and which field, so that the one object that breaks a
/// list can be found.
/// </summary>
internal static partial class DecodingFailure
{
    /// <summary>The error for a response: an object, or a list with one object that can't be decoded.</summary>
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

    /// <summary>The error for a line of a watch.</summary>
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
            UnreachableReason.InvalidObject,
            $"the answer to {request.Call} holds {kind} {found.Name ?? "(without a name)"}, in which {path} can't be read ({problem}). Correct the object, or update this program",
            e);
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, DeepJson.Reader);
            while (reader.Read())
            {
                // Reading validates the document.
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
