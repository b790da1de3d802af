using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>Entries of served models: their names and ids, and which of a server's list are reported.</summary>
internal static class ServedModels
{
    /// <summary>The most models of one server that are reported; the status of a FleetNode has to fit into one object.</summary>
    public const int MaxPerServer = 200;

    private const int MostNamed = 5;

    /// <summary>
    /// An entry with its names. The id stands there only where it is another than the name and can be shown as it is; the name is
    /// empty where no request could carry the id, because it is too long.
    /// </summary>
    /// <param name="id">The server's own id.</param>
    /// <param name="url">The server.</param>
    /// <param name="entry">What the server says about it.</param>
    public static ServedModel New(string id, string url, JsonElement? entry = null)
    {
        var name = id.Length > ModelName.MaxLength ? "" : ModelName.Display(id);
        return new ServedModel
        {
            Name = name,
            Id = name.Length > 0 && id != name && Printable.Line(id, ModelName.MaxLength) == id ? id : null,
            Server = url,
            Capabilities = ModelAbilities.Of(entry),
        };
    }

    /// <summary>The models that are reported, with notes about the others.</summary>
    public static (IReadOnlyList<ServedModel> Models, IReadOnlyList<string> Notes) Reported(IReadOnlyList<ServedModel> all)
    {
        var notes = new List<string>();
        if (all.Count(m => m.Name.Length == 0) is > 0 and var nameless)
        {
            notes.Add($"models are left out because their ids are longer than {ModelName.MaxLength} characters: {nameless}");
            all = [.. all.Where(m => m.Name.Length > 0)];
        }

        var others = all.Where(m => !ModelAbilities.CanChat(m)).ToList();
        if (others.Count > 0)
        {
            var names = string.Join(", ", others.Take(MostNamed).Select(m => $"{m.Name} ({ModelAbilities.Purpose(m)})"));
            notes.Add($"models that can't chat are left out: {names}{(others.Count > MostNamed ? $" and {others.Count - MostNamed} more" : "")}");
        }

        var chat = all.Where(ModelAbilities.CanChat).ToList();
        if (chat.Count > MaxPerServer)
        {
            notes.Add($"it lists {(chat.Count >= JsonElementExtensions.MaxItems ? "more than " : "")}{chat.Count} models, of which {MaxPerServer} are reported");
            chat = [.. chat.OrderBy(m => m.Loaded == false).Take(MaxPerServer)];
        }

        var ambiguous = chat.CountBy(m => m.Name).Where(n => n.Value > 1).Select(n => n.Key).ToHashSet();
        return ([.. chat.Select(m => ambiguous.Contains(m.Name) && m.Id is { } id ? m with { Name = id, Id = null } : m)], notes);
    }
}
