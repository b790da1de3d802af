using System.Text.Json.Nodes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Chart;

/// <summary>What an identity may do.</summary>
internal sealed class RightsTable
{
    private const string Cluster = "cluster";

    private readonly HashSet<Right> _rights;

    private RightsTable(IEnumerable<Right> rights) => _rights = [.. rights];

    public IReadOnlyCollection<Right> Rights => _rights;

    /// <summary>As the golden files of an identity say together, in tests/Foreman.EndToEnd.Tests/Chart/Rights.</summary>
    /// <param name="files">Names of the files without their ends.</param>
    public static RightsTable Golden(params string[] files) => new(files.SelectMany(GoldenLines).SelectMany(Parse));

    /// <summary>The same rights, on an object of another name.</summary>
    /// <param name="from">How this table calls it.</param>
    /// <param name="to">How the cluster calls it.</param>
    public RightsTable Renamed(string from, string to) => new(_rights.Select(r => r.Name == from ? r with { Name = to } : r));

    /// <summary>The lines of that file, without comments.</summary>
    /// <param name="identity">Name of the file without its end.</param>
    public static IReadOnlyList<string> GoldenLines(string identity) =>
        [.. File.ReadAllLines(RepositoryRoot.At($"tests/Foreman.EndToEnd.Tests/Chart/Rights/{identity}.txt")).Where(line => line.Length > 0 && line[0] != '#')];

    /// <summary>As roles and their bindings say.</summary>
    /// <param name="manifests">All of a chart.</param>
    /// <param name="isSubject">Whether a subject of a binding is the identity, or a group that it is in.</param>
    public static RightsTable Of(IReadOnlyList<JsonObject> manifests, Func<JsonObject, bool> isSubject)
    {
        var roles = manifests.Where(m => KindOf(m) is "Role" or "ClusterRole").ToDictionary(m => (KindOf(m), SpaceOf(m), NameOf(m)), m => m["rules"]!.AsArray());
        return new(
            from binding in manifests
            where KindOf(binding) is "RoleBinding" or "ClusterRoleBinding" && binding["subjects"]!.AsArray().Any(s => isSubject(s!.AsObject()))
            let role = ((string)binding["roleRef"]!["kind"]!, (string)binding["roleRef"]!["name"]!)
            from rule in roles[(role.Item1, role.Item1 == "Role" ? SpaceOf(binding) : null, role.Item2)]
            from right in RightsOf(SpaceOf(binding), rule!)
            select right);
    }

    /// <summary>The table as its golden file has it.</summary>
    public IReadOnlyList<string> Lines() =>
    [
        .. _rights.GroupBy(r => (r.Space, r.Resource, r.Name))
            .Select(g => $"{g.Key.Space ?? Cluster} {g.Key.Resource}{(g.Key.Name is null ? "" : " " + g.Key.Name)}: {string.Join(' ', g.Select(r => r.Verb).Order(StringComparer.Ordinal))}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether something may be done.</summary>
    public bool Allows(Right wanted) => FindFor(wanted) is not null;

    /// <summary>The entry by which something may be done; null when it may not.</summary>
    public Right? FindFor(Right wanted) =>
        new[] { wanted, wanted with { Name = null }, wanted with { Space = null }, wanted with { Space = null, Name = null } }.FirstOrDefault(_rights.Contains);

    private static IEnumerable<Right> Parse(string line)
    {
        var (left, verbs) = line.Split(": ") is [var before, var after] ? (before.Split(' '), after) : throw new FormatException($"no line of rights: {line}");
        return verbs.Split(' ').Select(verb => new Right(left[0] == Cluster ? null : left[0], left[1], left.ElementAtOrDefault(2), verb));
    }

    private static IEnumerable<Right> RightsOf(string? space, JsonNode rule) =>
        from @group in Texts(rule["apiGroups"])
        from resource in Texts(rule["resources"])
        from name in Texts(rule["resourceNames"]).DefaultIfEmpty<string?>(null)
        from verb in Texts(rule["verbs"])
        let parts = resource.Split('/')
        select new Right(space, Right.ResourceOf(@group, parts[0], parts.ElementAtOrDefault(1)), name, verb);

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(text => (string)text!);

    private static string KindOf(JsonObject manifest) => (string)manifest["kind"]!;

    private static string NameOf(JsonObject manifest) => (string)manifest["metadata"]!["name"]!;

    private static string? SpaceOf(JsonObject manifest) => (string?)manifest["metadata"]!["namespace"];
}
