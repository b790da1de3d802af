using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Routing;

/// <summary>The continue token of a list: its version and the last name sent.</summary>
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
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw ApiErrors.BadRequest($"invalid continue token: continue key is not valid: {error.Message}");
        }
    }
}

/// <summary>
/// Caches the snapshots of paged lists, so that all pages are of one version. Snapshots share unchanged objects; for an
/// evicted one the client gets 410 and lists again.
/// </summary>
internal sealed class ListPages
{
    private const int MaxSnapshots = 64;
    private readonly Queue<(string GroupResource, ObjectSnapshot Snapshot)> _recent = new();
    private readonly Lock _lock = new();

    public void Add(string groupResource, ObjectSnapshot snapshot)
    {
        lock (_lock)
        {
            _recent.Enqueue((groupResource, snapshot));
            if (_recent.Count > MaxSnapshots)
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
