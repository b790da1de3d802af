using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Caches;
using Foreman.Operator.Inspect;
using Foreman.Primitives;
using Foreman.Scheduling;

namespace Foreman.Operator.Simulate;

/// <summary>Hosts, Agents, InferenceServices and quotas of a simulation: as manifests, or one JSON object a line.</summary>
/// <param name="Nodes">The hosts, with their status.</param>
/// <param name="Agents">The Agents.</param>
/// <param name="Services">The InferenceServices, with their status.</param>
internal sealed record FleetFile(IReadOnlyList<FleetNode> Nodes, IReadOnlyList<Agent> Agents, IReadOnlyList<InferenceService> Services)
{
    // As much as the reader of manifests takes.
    private const int MaxManifests = 4 << 20;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Weights and quotas, which stand in the file as the ConfigMap that the operator reads.</summary>
    public QuotaSet Quotas { get; init; } = QuotaSet.None;

    /// <summary>The InferenceServices as decisions see them.</summary>
    public IReadOnlyDictionary<ObjectKey, InferenceEndpoint> Endpoints => Services.ToDictionary(s => ObjectKey.Of(s), s => s.ToEndpoint());

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <param name="console">Where that is.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ExitException">It can't be read, or is neither.</exception>
    public static async Task<FleetFile> ReadAsync(string path, ConsoleStreams console, CancellationToken stop)
    {
        var (source, objects, text, number) = (LineFile.NameOf(path), new List<JsonObject>(), new StringBuilder(), 0);
        bool? byLines = null;
        await foreach (var line in LineFile.ReadAsync(path, console, stop))
        {
            number++;
            var isEmpty = string.IsNullOrWhiteSpace(line) || line == "---";
            byLines ??= isEmpty ? null : line.StartsWith('{') && IsObject(line);
            if (byLines == true)
            {
                objects.AddRange(isEmpty ? [] : Objects(line, string.Create(CultureInfo.InvariantCulture, $"{source}, line {number}")));
            }
            else if (text.Append(line).Append('\n').Length > MaxManifests)
            {
                throw new ExitException(ExitCodes.Usage, string.Create(CultureInfo.InvariantCulture, $"{source} is larger than {MaxManifests >> 20} MiB; more is read as JSON, one object a line, as record writes it"));
            }
        }

        return Of(byLines == true ? objects : ManifestFile.Parse(text.ToString(), source), source);
    }

    /// <summary>Those of some objects; of several with one name the last one counts, and other kinds play no part. Pure.</summary>
    /// <param name="manifests">The objects.</param>
    /// <param name="source">What their file is called in messages.</param>
    public static FleetFile Of(IReadOnlyList<JsonObject> manifests, string source) => new(
        [.. All<FleetNode>(manifests, source, n => n with { Metadata = n.Metadata with { NamespaceProperty = null } })],
        [.. All<Agent>(manifests, source, a => a with { Metadata = a.Metadata with { NamespaceProperty = a.Namespace() ?? "default" } })],
        [.. All<InferenceService>(manifests, source, s => s with { Metadata = s.Metadata with { NamespaceProperty = s.Namespace() ?? "default" } })])
    {
        Quotas = QuotasOf(manifests, source),
    };

    /// <summary>The lines of the file. Pure.</summary>
    public IEnumerable<string> Lines() => Nodes.Select(Line).Concat(Agents.Select(Line)).Concat(Services.Select(Line)).Concat(QuotaLines());

    private IEnumerable<string> QuotaLines()
    {
        if (!Quotas.All.IsEmpty)
        {
            var data = new Dictionary<string, string> { [QuotaFile.Key] = QuotaFile.Text(Quotas) };
            yield return Line(new V1ConfigMap { Metadata = new() { Name = QuotaFile.ConfigMap }, Data = data });
        }
    }

    // What is wrong would be played as if it were not there.
    private static QuotaSet QuotasOf(IReadOnlyList<JsonObject> manifests, string source)
    {
        V1ConfigMap[] maps = [.. All<V1ConfigMap>(manifests, source, static m => m).Where(m => m.Name() == QuotaFile.ConfigMap)];
        if (maps.Length > 1)
        {
            throw new ExitException(ExitCodes.Usage, $"{source}: ConfigMaps {QuotaFile.ConfigMap} of several namespaces are there; leave that of the operator's namespace only");
        }

        var read = QuotaFile.Read(maps is [var map] ? map : null);
        return read.Errors.IsEmpty ? read.Quotas : throw new ExitException(ExitCodes.Usage, $"{source}: ConfigMap {QuotaFile.ConfigMap}: {read.Summary}");
    }

    // A file of one object over several lines begins with a brace too.
    private static bool IsObject(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<JsonObject> Objects(string line, string where)
    {
        try
        {
            var item = LineFile.Object(line);
            return ManifestFile.KindOf(item).EndsWith("List", StringComparison.Ordinal) && item["items"] is JsonArray items ? items.OfType<JsonObject>() : [item];
        }
        catch (JsonException e)
        {
            throw new ExitException(ExitCodes.Usage, $"{where}: {Printable.Line(e.Message, 500)}", e);
        }
    }

    private static IEnumerable<T> All<T>(IReadOnlyList<JsonObject> manifests, string source, Func<T, T> complete)
        where T : class, IResource<T> => manifests
            .Where(m => ManifestFile.KindOf(m) == T.Type.Kind)
            .Select(m => complete(ManifestFile.As<T>(m, source)))
            .GroupBy(o => o.Name().Length == 0 ? throw new ExitException(ExitCodes.Usage, $"{source}: a {T.Type.Kind} has no metadata.name") : ObjectKey.Of(o))
            .Select(g => g.Last());

    private static string Line<T>(T item)
        where T : class, IResource<T> => JsonSerializer.SerializeToNode(item, T.TypeInfo)!.ToJsonString(Relaxed);
}
