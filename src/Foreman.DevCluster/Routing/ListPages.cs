using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Routing;

/// <summary>Where a list goes on: the version whose objects it lists, and the last name that was sent.</summary>
internal sealed record ContinueToken(long ResourceVersion, ObjectName After)
{
    public string Encode() => Convert.ToBase64String(JsonTree.ToUtf8(new JsonObject
    {
        ["v"] = "meta.k8s.io/v1",
        ["rv"] = ResourceVersion,
        ["start"] = After.Namespace + "/" + After.Name,
    })).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static ContinueToken Decode(string text)
    {
        try
        {
            var base64 = text.Replace('-', '+').Replace('_', '/');
            var bytes = Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='));
            var json = JsonDecoder.Decode(bytes).Root as JsonObject;
            var start = (json.Text("start") ?? "").Split('/', 2);
            return json is not null && start.Length == 2 && JsonTree.AsInteger(json["rv"]) is { } version
                ? new ContinueToken(version, new ObjectName(start[0], start[1]))
                : throw new FormatException("it lacks rv or start");
        }
        catch (Exception error) when (error is FormatException or JsonException or DecoderFallbackException)
        {
            throw ApiErrors.BadRequest($"invalid continue token: continue key is not valid: {error.Message}");
        }
    }
}

/// <summary>
/// Keeps the snapshots of lists that are read in pages, so that all pages show one moment. Snapshots share what did not change, so
/// a few of them cost little; an older page than these answers 410 and the client lists anew.
/// </summary>
internal sealed class ListPages
{
    private const int Kept = 64;
    private readonly Queue<(string GroupResource, ObjectSnapshot Snapshot)> _recent = new();
    private readonly Lock _lock = new();

    public void Keep(string groupResource, ObjectSnapshot snapshot)
    {
        lock (_lock)
        {
            _recent.Enqueue((groupResource, snapshot));
            if (_recent.Count > Kept)
            {
                _recent.Dequeue();
            }
        }
    }

    public ObjectSnapshot Find(string groupResource, long resourceVersion)
    {
        lock (_lock)
        {
            foreach (var (kind, snapshot) in _recent)
            {
                if (kind == groupResource && snapshot.ResourceVersion == resourceVersion)
                {
                    return snapshot;
                }
            }
        }

        throw ApiErrors.Expired("The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.");
    }
}
