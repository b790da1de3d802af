using System.Buffers.Text;
using System.Text.Json;
using Foreman.Primitives;

namespace Foreman.Agent.RunTask;

/// <summary>Which pod this process is in, as its own token says: what the API server holds a claim of it against.</summary>
/// <param name="Namespace">Namespace of the pod.</param>
/// <param name="Name">Name of the pod.</param>
/// <param name="Uid">UID of the pod.</param>
/// <param name="Account">ServiceAccount of the pod.</param>
internal sealed record PodIdentity(string Namespace, string Name, string Uid, string Account)
{
    /// <summary>Where Kubernetes puts the token of a pod.</summary>
    public const string TokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    private const int MaxBytes = 64 << 10;

    /// <summary>Identity in claims.</summary>
    public string Holder => Foreman.Api.Holder.ForProcess("pod", Uid);

    /// <summary>The pod that a token is bound to; null when there is no such token.</summary>
    /// <param name="path">The file with the token.</param>
    public static PodIdentity? Read(string path) => BoundedText.ReadFile(path, MaxBytes) is { Truncated: false } file ? Parse(file.Text.Trim()) : null;

    /// <summary>The pod that a token is bound to; null when the text is no such token. Pure: the signature is the API server's to judge.</summary>
    /// <param name="token">A JSON Web Token.</param>
    internal static PodIdentity? Parse(string token)
    {
        if (token.Split('.') is not [_, var payload, _] || !Base64Url.IsValid(payload))
        {
            return null;
        }

        if (ForeignJson.ParseOrNull(Base64Url.DecodeFromChars(payload)) is not { ValueKind: JsonValueKind.Object } claims || Member(claims, "kubernetes.io") is not { } bound)
        {
            return null;
        }

        return Text(bound, "namespace") is { } space && Member(bound, "pod") is { } pod && Text(pod, "name") is { } name && Text(pod, "uid") is { } uid
            ? new(space, name, uid, Member(bound, "serviceaccount") is { } account ? Text(account, "name") ?? "default" : "default")
            : null;
    }

    private static JsonElement? Member(JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.GetString() is { Length: > 0 } text ? text : null;
}
