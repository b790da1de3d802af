using System.Globalization;
using System.Text.Json;

namespace Foreman.Kubernetes.Json;

/// <summary>Finds fields of a document that its model does not know.</summary>
public static class UnknownFields
{
    /// <summary>Paths of the fields of <paramref name="given"/> that <paramref name="kept"/> lacks, such as <c>spec.containers[0].nmae</c>; a null counts as absent.</summary>
    /// <param name="given">The document as it came.</param>
    /// <param name="kept">What its model wrote of it.</param>
    public static IReadOnlyList<string> Of(JsonElement given, JsonElement kept)
    {
        var found = new List<string>();
        Compare("", given, kept, found);
        return found;
    }

    private static void Compare(string path, JsonElement given, JsonElement kept, List<string> found)
    {
        if (given.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in given.EnumerateObject().Where(f => !IsEmpty(f.Value)))
            {
                var at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
                if (kept.ValueKind == JsonValueKind.Object && kept.TryGetProperty(field.Name, out var there))
                {
                    Compare(at, field.Value, there, found);
                }
                else
                {
                    found.Add(at);
                }
            }
        }
        else if (given.ValueKind == JsonValueKind.Array && kept.ValueKind == JsonValueKind.Array && given.GetArrayLength() == kept.GetArrayLength())
        {
            for (var i = 0; i < given.GetArrayLength(); i++)
            {
                Compare(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), given[i], kept[i], found);
            }
        }
    }

    // A writer may leave out what says nothing.
    private static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Null;
}
